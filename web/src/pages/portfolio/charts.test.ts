// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import type { Coverage } from '../../api/portfolio'
import { bars_option, coverage_option } from './charts'

const look = { font: '', text: '', line: '', colour: (name: string) => name }
const words = { confirmed: 'c', unconfirmed: 'u', minimum: 'm' }
const on = (day: string, total: number, confirmed: number, minimum: number | null): Coverage => ({
  day,
  total,
  confirmed,
  minimum,
  warning: '',
  by_level: [],
  by_team: [],
})

describe('charts of the overview', () => {
  it('put the biggest on top', () => {
    const option = bars_option(
      [
        { name: 'a', count: 9 },
        { name: 'b', count: 2 },
      ],
      look,
    )
    expect(option.yAxis.data).toEqual(['b', 'a'])
    expect(option.series[0]?.data).toEqual([2, 9])
  })

  it('show a system joined in July from July on, and the floor of the contract', () => {
    const option = coverage_option(
      [on('2026-06-01', 39, 39, 39), on('2026-07-01', 40, 39, 39)],
      look,
      words,
    )
    expect(option.series.map((one) => one.data)).toEqual([
      [39, 39],
      [0, 1],
      [39, 39],
    ])
    expect(coverage_option([on('2026-06-01', 5, 5, null)], look, words).series).toHaveLength(2)
  })
})
