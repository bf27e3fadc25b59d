// SPDX-License-Identifier: Apache-2.0
// Collections by host, and the changes of a comparison by what a review looks at.
import type { Collection, Comparison, Kind, TableDifference } from '../api/collections'

export interface Host {
  target: string
  collections: Collection[] // newest first
}

export function by_host(collections: Collection[]): Host[] {
  const hosts = new Map<string, Host>()
  for (const one of collections) {
    const host = hosts.get(one.target)
    if (host) host.collections.push(one)
    else hosts.set(one.target, { target: one.target, collections: [one] })
  }
  for (const host of hosts.values()) {
    host.collections.sort((a, b) => b.collected.localeCompare(a.collected))
  }
  return [...hosts.values()].sort((a, b) => a.target.localeCompare(b.target))
}

export interface ReviewGroup {
  review: Kind
  changes: number
  tables: TableDifference[] // those with changes, or that could not be compared
}

export function by_review(comparison: Comparison): ReviewGroup[] {
  return comparison.difference.reviews
    .map((review) => {
      const tables = comparison.difference.tables.filter(
        (table) => table.review === review.id && (table.rows.length > 0 || table.unknown !== ''),
      )
      return { review, tables, changes: tables.reduce((sum, table) => sum + table.rows.length, 0) }
    })
    .filter((group) => group.tables.length > 0)
}
