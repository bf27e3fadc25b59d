// SPDX-License-Identifier: Apache-2.0
// Collections of the hosts of a system: what changed between two, what the newest expose.
import type { Page } from './access'
import { address, get, part } from './client'

export interface Collection {
  id: string
  system_id: string
  bundle: string
  target: string
  platform: string
  collected: string
  handed_in_by: string
  handed_in: string
}

export interface EvidencePlace {
  path: string
  line: number
}

export interface Kind {
  id: string
  name: string
  name_en: string
}

export interface RowDifference {
  kind: 'added' | 'removed' | 'changed'
  key: Record<string, string>
  values: { column: string; before: string | null; after: string | null }[]
  source_before: EvidencePlace | null
  source_after: EvidencePlace | null
}

export interface TableDifference {
  table: string
  review: string
  title: string
  title_en: string
  unknown: string
  rows: RowDifference[]
}

export interface Comparison {
  before: Collection
  after: Collection
  difference: {
    day_before: string
    day_after: string
    changes: number
    reviews: Kind[]
    tables: TableDifference[]
  }
}

export interface ExposedService {
  service: string
  name: string
  kind: string
  protocol: string
  address: string
  port: number
  process: string
  reach: 'network' | 'internet'
  public_addresses: string[]
  source: EvidencePlace | null
}

export interface HostExposure {
  collection: Collection
  exposure: { host: string; day: string; unknown: string; kinds: Kind[]; services: ExposedService[] }
}

export const collections_api = {
  list: (system: string, after: string, signal?: AbortSignal) =>
    get<Page<Collection>>(
      address('/api/collections', { system, sort: '-collected', limit: 500, after }),
      signal,
    ),
  difference: (before: string, after: string, signal?: AbortSignal) =>
    get<Comparison>(`/api/collections/${part(after)}/difference/${part(before)}`, signal),
  exposure: (system: string, signal?: AbortSignal) =>
    get<{ hosts: HostExposure[] }>(`/api/systems/${part(system)}/exposure`, signal),
}
