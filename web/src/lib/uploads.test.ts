// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import type { PendingUpload } from '../api/files'
import {
  all_rows_of,
  is_passing,
  is_same_file,
  metadata_of,
  percent_of,
  row_of,
  upload_error,
} from './uploads'

const pending = (id: string, received: number, metadata = {}): PendingUpload => ({
  id,
  length: 100,
  received,
  expires: '2026-07-08T00:00:00Z',
  metadata: { filename: `${id}.zip`, kind: 'bundle', system: 's1', modified: '5', ...metadata },
})

describe('uploads', () => {
  it('come back from what they were announced with', () => {
    const row = row_of(pending('a', 40, { note: '北侧' }))
    expect(row.state).toBe('stopped')
    expect(row.target).toEqual({ kind: 'bundle', system: 's1', filing: '', note: '北侧' })
    expect(row_of({ ...pending('a', 40), metadata: metadata_of(row) })).toEqual(row)
    expect(row_of(pending('a', 100)).state).toBe('whole')
  })

  it('of this page stand once, before those the program keeps; foreign ones do not', () => {
    const own = { ...row_of(pending('a', 10)), key: 'k', state: 'sending' as const }
    const kept = [pending('a', 10), pending('b', 20), pending('c', 0, { kind: '' })]
    const rows = all_rows_of([own], kept)
    expect(rows.map((row) => [row.key, row.state])).toEqual([
      ['k', 'sending'],
      ['b', 'stopped'],
    ])
  })

  it('go on only with the same file', () => {
    const row = row_of(pending('a', 40))
    expect(is_same_file(row, { size: 100, lastModified: 5 })).toBe(true)
    expect(is_same_file(row, { size: 101, lastModified: 5 })).toBe(false)
    expect(is_same_file(row, { size: 100, lastModified: 6 })).toBe(false)
  })

  it('never say 100 % before the last byte', () => {
    expect(percent_of(0, 100)).toBe(0)
    expect(percent_of(999, 1000)).toBe(99)
    expect(percent_of(1000, 1000)).toBe(100)
  })

  it('tell a refusal from a broken line', () => {
    expect(upload_error(new Error('x')).code).toBe('network')
    const body = JSON.stringify({ code: 'too_large', title: '文件超过上传上限' })
    const refused = { originalResponse: { getStatus: () => 413, getBody: () => body } }
    expect(upload_error(refused)).toMatchObject({ code: 'too_large', status: 413 })
    expect([0, 409, 503].every(is_passing)).toBe(true)
    expect([400, 401, 403, 404, 413].some(is_passing)).toBe(false)
  })
})
