// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { address_list, month_days, yuan_text } from './portfolio'

describe('the period', () => {
  it('is looked at on its first day, on each first of a month, and at its end', () => {
    expect(month_days('2026-10-15', '2026-12-31')).toEqual([
      '2026-10-15',
      '2026-11-01',
      '2026-12-01',
      '2026-12-31',
    ])
    expect(month_days('2026-01-01', '2026-01-01')).toEqual(['2026-01-01'])
    expect(month_days('2025-12-01', '2026-01-01')).toEqual(['2025-12-01', '2026-01-01'])
  })
})

describe('values', () => {
  it('money is fen on the wire', () => {
    expect(yuan_text(718061200)).toBe('7,180,612.00')
    expect(yuan_text(7)).toBe('0.07')
    expect(yuan_text(null)).toBe('—')
  })

  it('addresses may be typed in any way, each counts once', () => {
    expect(address_list(' 10.0.0.1，10.0.0.2\n10.0.0.1; fd00::1 ')).toEqual([
      '10.0.0.1',
      '10.0.0.2',
      'fd00::1',
    ])
    expect(address_list('')).toEqual([])
  })
})
