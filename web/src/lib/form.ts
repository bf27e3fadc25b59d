// SPDX-License-Identifier: Apache-2.0
// Forms as data: what a field is, what has changed, which problem belongs to which field.
import type { ProblemLine } from '../api/types'

export type FieldKind =
  | 'text'
  | 'area'
  | 'number'
  | 'money' // fen on the wire, yuan in the form
  | 'day'
  | 'check'
  | 'choice'
  | 'many'

export interface Option {
  value: string | number
  label: string
}

export interface Field {
  key: string
  label: string
  kind: FieldKind
  required?: boolean
  options?: Option[]
  hint?: string
  min?: number
  max?: number
  only?: 'new' | 'old' // asked for only when creating, or only when changing
}

export type Values = Record<string, unknown>

export function empty_value(kind: FieldKind): unknown {
  if (kind === 'check') return false
  if (kind === 'many') return []
  return kind === 'number' || kind === 'money' || kind === 'day' || kind === 'choice' ? null : ''
}

export function shown_fields(fields: Field[], fresh: boolean): Field[] {
  return fields.filter((field) => !field.only || field.only === (fresh ? 'new' : 'old'))
}

// The values a form begins with: those of the row, else empty ones.
export function begin_values(fields: Field[], row: Values | null): Values {
  return Object.fromEntries(
    fields.map(({ key, kind }) => {
      const value = row?.[key] ?? empty_value(kind)
      if (kind === 'many') return [key, Array.isArray(value) ? [...value] : []]
      return [key, kind === 'money' && typeof value === 'number' ? value / 100 : value]
    }),
  )
}

function sent_value(field: Field, value: unknown): unknown {
  if (field.kind === 'money') return typeof value === 'number' ? Math.round(value * 100) : null
  if (field.kind === 'text' || field.kind === 'area') return String(value ?? '').trim()
  return value === '' || value === undefined ? null : value
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
const is_empty = (value: unknown) =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0)

// What a new row is made of: empty fields are left out.
export function created_values(fields: Field[], values: Values): Values {
  return Object.fromEntries(
    fields
      .map((field) => [field.key, sent_value(field, values[field.key])] as const)
      .filter(([, value]) => !is_empty(value)),
  )
}

// Only what differs from the beginning is sent for an existing row.
export function changed_values(fields: Field[], begin: Values, values: Values): Values {
  return Object.fromEntries(
    fields
      .filter(
        (field) =>
          !same(sent_value(field, begin[field.key]), sent_value(field, values[field.key])),
      )
      .map((field) => [field.key, sent_value(field, values[field.key])]),
  )
}

// Fields somebody else has changed since the form was opened, and that now differ from mine.
export function foreign_changes(
  fields: Field[],
  begin: Values,
  newest: Values,
  mine: Values,
): string[] {
  return fields
    .filter(({ key }) => !same(begin[key], newest[key]) && !same(newest[key], mine[key]))
    .map(({ key }) => key)
}

export const missing_fields = (fields: Field[], values: Values) =>
  fields
    .filter((field) => field.required && is_empty(sent_value(field, values[field.key])))
    .map((field) => field.key)

// Problems by field ("name", "/name", "attributes/name" all name the field "name"); the rest under ''.
export function problems_by_field(
  problems: readonly ProblemLine[],
  keys: readonly string[],
): Record<string, string[]> {
  const out: Record<string, string[]> = {}
  for (const problem of problems) {
    const named = problem.field || problem.path
    const key =
      keys.find((one) => one === named) ??
      keys.find((one) => named.split(/[/.]/).filter(Boolean).includes(one)) ??
      ''
    ;(out[key] ??= []).push(key ? problem.reason : [named, problem.reason].filter(Boolean).join('：'))
  }
  return out
}
