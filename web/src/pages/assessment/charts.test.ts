// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import type { Counts, Layer } from '../../api/types'
import { percent, rate_option, share_option } from './charts'

const look = {
  font: 'sans-serif',
  text: '#000',
  line: '#ccc',
  bar: 'bar',
  open: 'open',
  colour: (v: string) => `c${v}`,
}
const words = { layer: (v: string) => v, verdict: (v: string) => v, no_rate: '无' }
const counts = (change: Partial<Counts>): Counts => ({
  compliant: 0,
  partial: 0,
  non_compliant: 0,
  not_applicable: 0,
  pending: 0,
  ...change,
})

describe('charts', () => {
  it('show the rate of each layer, the first on top, open ones set apart', () => {
    const layers: Layer[] = [
      { layer: '物理', rate: '85.71', items: counts({ compliant: 6, partial: 1 }) },
      { layer: '网络', rate: '50.00', items: counts({ compliant: 1, pending: 1 }) },
      { layer: '扩展', rate: '', items: counts({ not_applicable: 3 }) },
    ]
    const option = rate_option(layers, look, words)
    expect(option.yAxis.data).toEqual(['扩展', '网络', '物理'])
    const data = option.series[0]?.data ?? []
    expect(data.map((one) => one.value)).toEqual([0, 50, 85.71])
    expect(data.map((one) => one.label.formatter)).toEqual(['无', '50.00%', '85.71%'])
    expect(data.map((one) => one.itemStyle?.color)).toEqual([undefined, 'open', undefined])
  })

  it('show the shares of the verdicts that occur', () => {
    const option = share_option(counts({ compliant: 3, pending: 1 }), look, words)
    expect(option.series[0]?.data).toEqual([
      { name: '符合 3 · 75.0%', value: 3, itemStyle: { color: 'c符合' } },
      { name: '待确认 1 · 25.0%', value: 1, itemStyle: { color: 'c待确认' } },
    ])
    expect(percent(0, 0)).toBe('—')
  })
})
