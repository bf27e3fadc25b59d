// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import type { Collection, Comparison, RowDifference, TableDifference } from '../api/collections'
import { by_host, by_review } from './collections'

const collection = (id: string, target: string, collected: string): Collection => ({
  id,
  target,
  collected,
  system_id: '1',
  bundle: id,
  platform: 'linux',
  handed_in_by: 'tester',
  handed_in: collected,
})
const row: RowDifference = { kind: 'added', key: {}, values: [], source_before: null, source_after: null }
const table = (review: string, rows: number, unknown = ''): TableDifference => ({
  table: review,
  review,
  title: '',
  title_en: '',
  unknown,
  rows: Array.from({ length: rows }, () => row),
})

describe('collections', () => {
  it('stand by host, the newest first', () => {
    const hosts = by_host([
      collection('1', 'b', '2026-01-01T00:00:00Z'),
      collection('2', 'a', '2026-01-01T00:00:00Z'),
      collection('3', 'b', '2026-02-01T00:00:00Z'),
    ])
    expect(hosts.map((host) => host.target)).toEqual(['a', 'b'])
    expect(hosts[1]?.collections.map((one) => one.id)).toEqual(['3', '1'])
  })

  it('shows tables that changed or could not be compared, no others', () => {
    const comparison = {
      difference: {
        reviews: [
          { id: 'account', name: '', name_en: '' },
          { id: 'port', name: '', name_en: '' },
          { id: 'software', name: '', name_en: '' },
        ],
        tables: [table('account', 2), table('account', 0), table('port', 0), table('software', 0, 'x')],
      },
    } as unknown as Comparison
    const groups = by_review(comparison)
    expect(groups.map((group) => [group.review.id, group.changes, group.tables.length])).toEqual([
      ['account', 2, 1],
      ['software', 0, 1],
    ])
  })
})
