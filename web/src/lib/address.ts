// SPDX-License-Identifier: Apache-2.0
// Filters, sort and page kept in the address: a specification names each key with its default, and
// a default leaves no trace.
export type Fields = Record<string, string>
export type RawQuery = Record<string, unknown>

export function read_fields<T extends Fields>(query: RawQuery, defaults: T): T {
  const out: Fields = { ...defaults }
  for (const key of Object.keys(defaults)) {
    const raw = query[key]
    const value = Array.isArray(raw) ? raw[raw.length - 1] : raw
    if (typeof value === 'string') out[key] = value
  }
  return out as T
}

// The query after a change; keys of others stay.
export function write_fields<T extends Fields>(
  query: RawQuery,
  defaults: T,
  change: Partial<T>,
): Record<string, string> {
  const next = { ...read_fields(query, defaults), ...change }
  const out: Record<string, string> = {}
  for (const [key, value] of Object.entries(query)) {
    if (!(key in defaults) && typeof value === 'string') out[key] = value
  }
  for (const [key, value] of Object.entries(next)) {
    if (value !== undefined && value !== defaults[key]) out[key] = value
  }
  return out
}

export interface Sort {
  key: string
  descending: boolean
}

// "name" or "-name".
export function parse_sort(text: string, allowed: readonly string[], fallback: string): Sort {
  const descending = text.startsWith('-')
  const key = descending ? text.slice(1) : text
  return allowed.includes(key) ? { key, descending } : { key: fallback, descending: false }
}

// One press sorts up, the next down, the third goes back to the given order.
export function next_sort(current: Sort, key: string, fallback: string): string {
  if (current.key !== key) return key
  if (!current.descending) return `-${key}`
  return fallback === key ? key : fallback
}

export function parse_page(text: string, pages: number): number {
  const page = /^\d{1,6}$/.test(text) ? Number(text) : 1
  return Math.min(Math.max(page, 1), Math.max(pages, 1))
}
