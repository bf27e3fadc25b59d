// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import type { Point, PointStatus } from '../api/types'
import { deciding_point, is_open } from './points'

const point = (status: PointStatus, line: number | null): Point => ({
  point: 1,
  text: '',
  method: '',
  status,
  check: 'c',
  person: '',
  reason: '',
  advice: '',
  source: line === null ? null : { bundle: 'b', path: '/etc/x', line, excerpt: '' },
})

describe('the point that opens by itself', () => {
  it('is the worst one that has a line', () => {
    expect(deciding_point([point('pass', 1), point('fail', 2), point('partial', 3)])).toBe(1)
    expect(deciding_point([point('pass', 1), point('fail', null), point('unknown', 3)])).toBe(2)
    expect(deciding_point([point('pass', 1), point('pass', 2)])).toBe(0)
  })

  it('is none without evidence', () => {
    expect(deciding_point([])).toBe(-1)
    expect(deciding_point([point('fail', null)])).toBe(-1)
  })

  it('an error is as open as an unknown', () => {
    expect((['unknown', 'error', 'fail', 'pass'] as const).map(is_open)).toEqual([
      true,
      true,
      false,
      false,
    ])
  })
})
