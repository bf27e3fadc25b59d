// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { readFileSync } from 'node:fs'
import { basis_text, level_of, picks_text, read_picks, sag_of } from './grading'

// The matrix as the program gives it.
const lines = readFileSync(
  new URL('../../../content/risk/grading-matrix.csv', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','))
const items = lines.map(([object = '', degree = '', level]) => ({ object, degree, level: Number(level) }))
const matrix = {
  standard: 'GB/T 22240-2020',
  objects: [...new Set(items.map((one) => one.object))],
  degrees: [...new Set(items.map((one) => one.degree))],
  items,
}

describe('grading', () => {
  it('takes the worst of what would be harmed', () => {
    expect(level_of(matrix, [null, null, null])).toBeNull()
    expect(level_of(matrix, [0, null, null])).toBe(1)
    expect(level_of(matrix, [2, 0, null])).toBe(2)
    expect(level_of(matrix, [2, 1, null])).toBe(3)
    expect(level_of(matrix, [0, 0, 2])).toBe(5)
    expect(sag_of(3, 2)).toBe('S3A2')
  })

  it('stands in the address and comes back from it, whatever stands there', () => {
    expect(picks_text([0, null, 2])).toBe('0-2')
    expect(read_picks('0-2', 3, 3)).toEqual([0, null, 2])
    expect(read_picks('9x', 3, 3)).toEqual([null, null, null])
  })

  it('gives its reasons', () => {
    const text = basis_text(matrix, [null, 1, null], [1, null, null], '面向公众')
    expect(text.split('\n')).toEqual([
      '按 GB/T 22240-2020 定级',
      '业务信息（S3）：社会秩序、公共利益：严重损害',
      '系统服务（A2）：公民、法人和其他组织合法权益：严重损害',
      '面向公众',
    ])
  })
})
