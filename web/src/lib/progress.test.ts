// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { actual_bar, bar_of, day_number, day_text, months_of, planned_bar, span_of, today_text } from './progress'

const dates = { planned_from: null, planned_to: null, actual_from: null, actual_to: null }

describe('a line of time', () => {
  it('counts civil days of Shanghai', () => {
    expect(day_text(day_number('2026-02-28') + 1)).toBe('2026-03-01')
    expect(today_text(Date.parse('2026-07-19T15:59:59Z'))).toBe('2026-07-19')
    expect(today_text(Date.parse('2026-07-19T16:00:00Z'))).toBe('2026-07-20')
  })

  it('holds all days and at least two months', () => {
    const span = span_of([null, '2026-07-01', '2026-12-31'], '2026-07-20')
    expect([day_text(span.from), day_text(span.to)]).toEqual(['2026-06-28', '2027-01-03'])
    expect(span_of([], '2026-07-20').to - span_of([], '2026-07-20').from).toBe(60)
  })

  it('places bars by whole days, cut at its ends', () => {
    const span = { from: day_number('2026-07-01'), to: day_number('2026-07-10') }
    expect(bar_of('2026-07-01', '2026-07-10', span)).toEqual({ left: 0, width: 100 })
    expect(bar_of('2026-07-03', '2026-07-03', span)).toEqual({ left: 20, width: 10 })
    expect(bar_of('2026-06-01', '2026-07-01', span)).toEqual({ left: 0, width: 10 })
    expect(bar_of('2026-07-11', '2026-07-12', span)).toBeNull()
    expect(planned_bar({ ...dates, planned_from: '2026-07-01' }, span)).toBeNull()
    expect(actual_bar({ ...dates, actual_from: '2026-07-02' }, span, '2026-07-04')).toEqual({ left: 10, width: 30 })
  })

  it('names the months', () => {
    const span = { from: day_number('2026-12-30'), to: day_number('2027-01-02') }
    expect(months_of(span)).toEqual([
      { label: '2026-12', left: 0, width: 50 },
      { label: '2027-01', left: 50, width: 50 },
    ])
  })
})
