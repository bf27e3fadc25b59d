// SPDX-License-Identifier: Apache-2.0
// What the two charts of a result show; colours come in from the page's theme.
import type { Counts, Layer, Verdict } from '../../api/types'
import { count_of, total_of, verdict_order } from '../../lib/format'

export interface ChartLook {
  font: string // a real list: widths are measured with it
  text: string
  line: string
  bar: string
  open: string
  colour: (verdict: Verdict) => string
}

export interface ChartWords {
  layer: (layer: string) => string
  verdict: (verdict: Verdict) => string
  no_rate: string
}

export function rate_option(layers: Layer[], look: ChartLook, words: ChartWords) {
  const shown = [...layers].reverse()
  return {
    animation: false,
    textStyle: { fontFamily: look.font, color: look.text },
    grid: { left: 8, right: 64, top: 4, bottom: 4, containLabel: true },
    tooltip: { trigger: 'item', renderMode: 'richText' },
    xAxis: {
      type: 'value',
      min: 0,
      max: 100,
      axisLabel: { formatter: '{value}%', color: look.text },
      splitLine: { lineStyle: { color: look.line } },
    },
    yAxis: {
      type: 'category',
      data: shown.map((layer) => words.layer(layer.layer)),
      axisLabel: { color: look.text },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: look.line } },
    },
    series: [
      {
        type: 'bar',
        barMaxWidth: 16,
        itemStyle: { color: look.bar, borderRadius: [0, 3, 3, 0] },
        data: shown.map((layer) => ({
          value: layer.rate === '' ? 0 : Number(layer.rate),
          // A layer with open items has no final rate: it is drawn lighter.
          itemStyle: layer.items.pending > 0 ? { color: look.open } : undefined,
          label: {
            show: true,
            position: 'right',
            color: look.text,
            formatter: layer.rate === '' ? words.no_rate : `${layer.rate}%`,
          },
        })),
      },
    ],
  }
}

export function share_option(counts: Counts, look: ChartLook, words: ChartWords) {
  const total = total_of(counts)
  const parts = verdict_order
    .map((verdict) => ({ verdict, count: count_of(counts, verdict) }))
    .filter((part) => part.count > 0)
  return {
    animation: false,
    textStyle: { fontFamily: look.font, color: look.text },
    tooltip: { trigger: 'item', renderMode: 'richText' },
    series: [
      {
        type: 'pie',
        radius: ['46%', '70%'],
        center: ['50%', '50%'],
        label: { color: look.text, formatter: '{b}', lineHeight: 18 },
        labelLine: { length: 8, length2: 8 },
        data: parts.map((part) => ({
          name: `${words.verdict(part.verdict)} ${part.count} · ${percent(part.count, total)}`,
          value: part.count,
          itemStyle: { color: look.colour(part.verdict) },
        })),
      },
    ],
  }
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '—' : `${((100 * part) / whole).toFixed(1)}%`
}
