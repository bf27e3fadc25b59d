// SPDX-License-Identifier: Apache-2.0
// What the program's interface answers; names as on the wire.

export type Verdict = '符合' | '部分符合' | '不符合' | '不适用' | '待确认'
export type PointStatus = 'pass' | 'partial' | 'fail' | 'not_applicable' | 'unknown' | 'error'

export interface Counts {
  compliant: number
  partial: number
  non_compliant: number
  not_applicable: number
  pending: number
}

export interface Scheme {
  scheme: string
  value: string
  low: string
  high: string
  conclusion: string | null
  conclusion_low: string
  conclusion_high: string
  clause: string
  complete: boolean
  applicable: number
  counts: Counts
  technical: string
  management: string
}

export interface AssessmentHead {
  id: string
  round: string
  sag: string
  demo: boolean
  // Absent while nothing has been judged.
  snapshot?: string
  taken?: string
  schemes?: Scheme[]
}

export interface System {
  id: string
  number: number
  name: string
  team: string
  level: number
  assessments: AssessmentHead[]
}

export interface SystemList {
  total: number
  systems: System[]
}

export interface Layer {
  layer: string
  rate: string
  items: Counts
}

export interface ControlPoint {
  layer: string
  control_point: string
  extension: string
  verdict: Verdict
  items: Counts
}

export interface SecurityProblem {
  number: string
  description: string
  layer: string
  control_point: string
  verdict: Verdict
  threat: string
  analysis: string
  risk: string
  overall_change: string
  high_risk_case: string
  mitigation: string
  hazard: boolean
  advice: string
  codes: string[]
  objects: { id: string; name: string }[]
}

export interface Hazard {
  number: string
  title: string
  triggered: boolean
  problems: string[]
}

export interface Result {
  snapshot: string
  taken: string
  demo: boolean
  facts: Record<string, string>
  versions: Record<string, string>
  schemes: Scheme[]
  layers: Layer[]
  control_points: ControlPoint[]
  problems: SecurityProblem[]
  hazards: Hazard[]
}

export interface DerivationLine {
  code: string
  layer: string
  x: string
  weight: string
  lost: string
  objects: string[]
}

export interface Derivation {
  scheme: string
  derivation: DerivationLine[]
}

export interface WorksheetObject {
  id: string
  object_class: string
  name: string
  importance: string
  origin: string
  bundle: string
  selected: boolean
}

export interface WorksheetItem {
  code: string
  clause: string
  letter: string
  layer: string
  control_point: string
  extension: string
  text: string
  verdict: Verdict
}

export interface WorksheetRecord {
  object: number
  item: number
  verdict: Verdict
  text: string
  reason: string
  machine: boolean
}

export interface Worksheet {
  snapshot: string
  objects: WorksheetObject[]
  items: WorksheetItem[]
  records: WorksheetRecord[]
}

export interface Source {
  bundle: string
  path: string
  line: number
  excerpt: string
}

export interface Point {
  point: number
  text: string
  method: string
  status: PointStatus
  check: string
  person: string
  reason: string
  advice: string
  source: Source | null
}

export interface RecordDetail {
  snapshot: string
  object: string
  object_name: string
  code: string
  clause: string
  letter: string
  text: string
  rule: string
  verdict: Verdict
  record: string
  reason: string
  points: Point[]
}

export interface Evidence {
  bundle: string
  bundle_sha256: string
  file_name: string
  target: string
  received: string
  collected: string
  collector: string
  path: string
  line: number
  bytes: number
  sha256: string
  sm3: string
  more: boolean
  lines: { number: number; text: string }[]
}

export interface Check {
  id: string
  title: string
  sql: string
  advice: string
  file: string
}

export interface DocumentEntry {
  name: string
  scheme: string
  format: string
  url: string
  available: boolean
  reason: string
}

export interface DocumentList {
  snapshot: string
  documents: DocumentEntry[]
}

export interface ProblemLine {
  path: string
  line: number
  field: string
  reason: string
}
