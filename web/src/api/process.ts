// SPDX-License-Identifier: Apache-2.0
// Stages, work products, gates, tests from the internet, the calendar of people.
import type { Page } from './access'
import { address, call, get, part, send, type Query } from './client'
import { noun, type Row } from './portfolio'

export interface ProductKind {
  id: string
  name: string
  name_en: string
  maker: string
  signer: string
  required: boolean
}

export interface StageKind {
  id: string
  name: string
  name_en: string
  clause: string
  working_days: number
  tasks: { name: string; name_en: string; clause: string }[]
  products: ProductKind[]
}

export interface GateKind {
  id: string
  before: string
  name: string
  name_en: string
  reason: string
  reason_en: string
  source: string
}

export interface Process {
  stages: StageKind[]
  gates: GateKind[]
  person_systems_a_day: number
  days_off_known_until: string | null
}

export interface StageDates {
  planned_from: string | null
  planned_to: string | null
  actual_from: string | null
  actual_to: string | null
}

export interface SystemStage extends StageDates {
  stage: string
  state: string
  people: { account_id: string; name: string; lead: boolean }[]
  note: string
  version: number
}

export interface Progress {
  system_id: string
  number: number
  system: string
  team_id: string
  team: string
  level: number
  stage: string | null
  due: string | null
  late: boolean
  stages: SystemStage[]
}

export interface Missing {
  kind: string
  id: string
  state: string
  text: string
}

export interface SystemProduct {
  product: string
  state: string
  day: string | null
  how: string
  signed_by: string
  file_id: string | null
  final: boolean
  note: string
  version: number
}

export interface ProductEvent {
  id: string
  state: string
  day: string
  how: string
  signed_by: string
  file_name: string
  note: string
  recorded_by: string
  recorded_at: string
}

export interface Sheet {
  system_id: string
  system: string
  today: string
  stage: string | null
  due: string | null
  late: boolean
  stages: (SystemStage & { missing: Missing[]; unfinished: Missing[] })[]
  products: SystemProduct[]
  gates: { gate: string; open: boolean; missing: Missing[] }[]
}

export interface Planned {
  applied: boolean
  days_off_known_until: string | null
  items: {
    system_id: string
    system: string
    stages: { stage: string; planned_from: string; planned_to: string }[]
  }[]
}

export interface Person {
  account_id: string
  name: string
}

export interface PeopleCalendar {
  from: string
  to: string
  limit: number
  items: (Person & {
    duties: {
      system_id: string
      system: string
      stage: string
      lead: boolean
      from: string
      to: string
    }[]
    crowded: { day: string; systems: number }[]
  })[]
}

export interface InternetTest extends Row {
  system_id: string
  system: string
  targets: string
  methods: string
  planned_from: string
  planned_to: string
  approved_by: string
  approved_day: string | null
  tested_day: string | null
  closed_day: string | null
  data_deleted_day: string | null
  reported_day: string | null
  note: string
  step: string
  overdue: string
}

const of_system = (system: string) => `/api/systems/${part(system)}`

export const process_api = {
  process: (signal?: AbortSignal) => get<Process>('/api/process', signal),
  progress: (query: Query, signal?: AbortSignal) =>
    get<Page<Progress>>(address('/api/progress', query), signal),
  people: (signal?: AbortSignal) => get<{ items: Person[] }>('/api/progress/people', signal),
  plan: (body: unknown) => call<Planned>('POST', '/api/progress/plan', { json: body }),
  calendar: (from: string, to: string, signal?: AbortSignal) =>
    get<PeopleCalendar>(address('/api/people-calendar', { from, to }), signal),
  sheet: (system: string, signal?: AbortSignal) =>
    get<Sheet>(`${of_system(system)}/stages`, signal),
  change_stage: (system: string, stage: string, body: unknown, version: number) =>
    call<SystemStage>('PATCH', `${of_system(system)}/stages/${part(stage)}`, {
      json: body,
      version,
    }),
  step: (system: string, product: string, step: string, body: unknown, version: number) =>
    call<SystemProduct>('POST', `${of_system(system)}/products/${part(product)}/${step}`, {
      json: body,
      version,
    }),
  history: (system: string, product: string, signal?: AbortSignal) =>
    get<Page<ProductEvent>>(`${of_system(system)}/products/${part(product)}/history`, signal),
  internet_tests: noun<InternetTest>('/api/internet-tests'),
  approve: (id: string, version: number) =>
    send('POST', `/api/internet-tests/${part(id)}/approval`, { version, json: {} }),
}
