// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { print_zoom } from './print'

describe('a printed table', () => {
  it('fits upright A4 and is never enlarged', () => {
    for (const width of [700, 1080, 1634, 2400]) {
      expect(width * print_zoom(width)).toBeLessThanOrEqual(688)
      expect(width * print_zoom(width)).toBeGreaterThan(640)
    }
    expect(print_zoom(0)).toBe(1)
    expect(print_zoom(600)).toBe(1)
  })
})
