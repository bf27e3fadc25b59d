// SPDX-License-Identifier: Apache-2.0
// The portfolio list: one row a system with its newest judged assessment, filtered and sorted.
import type { AssessmentHead, Scheme, System } from '../api/types'
import type { Sort } from './address'

// none: never assessed; begun: no snapshot yet; open: something is 待确认; done: conclusion stands.
export type State = 'none' | 'begun' | 'open' | 'done'
export const states: readonly State[] = ['none', 'begun', 'open', 'done']

export interface SystemRow {
  system: System
  newest: AssessmentHead | null
  state: State
  rate: Scheme | null // 2025
  score: Scheme | null // 2021
}

function newest_of(assessments: AssessmentHead[]): AssessmentHead | null {
  const judged = assessments.filter((one) => one.taken)
  if (judged.length === 0) return assessments[0] ?? null
  return judged.reduce((best, one) => ((one.taken ?? '') > (best.taken ?? '') ? one : best))
}

function state_of(newest: AssessmentHead | null): State {
  if (newest === null) return 'none'
  if (!newest.schemes) return 'begun'
  return newest.schemes.every((scheme) => scheme.conclusion !== null) ? 'done' : 'open'
}

export function system_row(system: System): SystemRow {
  const newest = newest_of(system.assessments)
  const scheme = (name: string) => newest?.schemes?.find((one) => one.scheme === name) ?? null
  return {
    system,
    newest,
    state: state_of(newest),
    rate: scheme('2025'),
    score: scheme('2021'),
  }
}

export interface SystemFilter {
  q: string
  team: string
  level: string
  state: string
}

export const filter_systems = (rows: SystemRow[], filter: SystemFilter) => {
  const wanted = filter.q.trim().toLowerCase()
  return rows.filter(
    ({ system, state }) =>
      (!wanted ||
        system.name.toLowerCase().includes(wanted) ||
        system.team.toLowerCase().includes(wanted) ||
        String(system.number) === wanted) &&
      (!filter.team || system.team === filter.team) &&
      (!filter.level || String(system.level) === filter.level) &&
      (!filter.state || state === filter.state),
  )
}

export const sort_keys = ['number', 'name', 'team', 'level', 'state', 'rate', 'score'] as const

function sort_value(row: SystemRow, key: string): string | number | null {
  switch (key) {
    case 'name':
      return row.system.name
    case 'team':
      return row.system.team
    case 'level':
      return row.system.level
    case 'state':
      return row.state === 'none' ? null : states.indexOf(row.state)
    case 'rate':
      return row.rate ? Number(row.rate.value) : null
    case 'score':
      return row.score ? Number(row.score.value) : null
    default:
      return row.system.number
  }
}

// Rows without a value stand last in both directions; equal ones keep the contract's order.
export function sort_systems(rows: SystemRow[], sort: Sort): SystemRow[] {
  const sign = sort.descending ? -1 : 1
  return [...rows].sort((a, b) => {
    const left = sort_value(a, sort.key)
    const right = sort_value(b, sort.key)
    if (left === null || right === null) {
      if (left !== right) return left === null ? 1 : -1
    } else if (typeof left === 'string' || typeof right === 'string') {
      const order = String(left).localeCompare(String(right), 'zh-CN')
      if (order !== 0) return sign * order
    } else if (left !== right) {
      return sign * (left - right)
    }
    return a.system.number - b.system.number
  })
}

export function level_totals(rows: SystemRow[]): { level: number; count: number }[] {
  const totals = new Map<number, number>()
  for (const { system } of rows) totals.set(system.level, (totals.get(system.level) ?? 0) + 1)
  return [...totals].sort((a, b) => b[0] - a[0]).map(([level, count]) => ({ level, count }))
}
