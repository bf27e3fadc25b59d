// SPDX-License-Identifier: Apache-2.0
// What the charts of the overview show.
import type { Coverage } from '../../api/portfolio'
import type { BaseLook } from '../../lib/use_chart_look'

const base = (look: BaseLook) => ({
  animation: false,
  textStyle: { fontFamily: look.font, color: look.text },
  tooltip: { trigger: 'item', renderMode: 'richText' },
})
const value_axis = (look: BaseLook) => ({
  type: 'value',
  minInterval: 1,
  axisLabel: { color: look.text },
  splitLine: { lineStyle: { color: look.line } },
})
const name_axis = (look: BaseLook, data: string[]) => ({
  type: 'category',
  data,
  axisLabel: { color: look.text },
  axisTick: { show: false },
  axisLine: { lineStyle: { color: look.line } },
})

// Bars that lie, one a name, biggest on top; the number stands at each bar's end.
export function bars_option(counts: { name: string; count: number }[], look: BaseLook) {
  const shown = [...counts].sort((a, b) => a.count - b.count)
  return {
    ...base(look),
    grid: { left: 8, right: 48, top: 4, bottom: 4, containLabel: true },
    xAxis: value_axis(look),
    yAxis: {
      ...name_axis(
        look,
        shown.map((one) => one.name),
      ),
      axisLabel: { color: look.text, width: 210, overflow: 'truncate' },
    },
    series: [
      {
        type: 'bar',
        barMaxWidth: 16,
        itemStyle: { color: look.colour('--verdict-open'), borderRadius: [0, 3, 3, 0] },
        label: { show: true, position: 'right', color: look.text },
        data: shown.map((one) => one.count),
      },
    ],
  }
}

// Confirmed systems month by month, the rest of the total on top, the contract's floor as a line.
export function coverage_option(
  months: Coverage[],
  look: BaseLook,
  words: { confirmed: string; unconfirmed: string; minimum: string },
) {
  const minimum = months.find((one) => one.minimum !== null)?.minimum ?? null
  const stack = (name: string, colour: string, data: number[]) => ({
    name,
    type: 'bar',
    stack: 'systems',
    barMaxWidth: 28,
    itemStyle: { color: look.colour(colour) },
    data,
  })
  return {
    ...base(look),
    legend: { bottom: 0, textStyle: { color: look.text } },
    grid: { left: 8, right: 16, top: 16, bottom: 34, containLabel: true },
    xAxis: name_axis(
      look,
      months.map((one) => one.day),
    ),
    yAxis: value_axis(look),
    series: [
      stack(
        words.confirmed,
        '--verdict-good',
        months.map((one) => one.confirmed),
      ),
      stack(
        words.unconfirmed,
        '--verdict-part',
        months.map((one) => one.total - one.confirmed),
      ),
      ...(minimum === null
        ? []
        : [
            {
              name: words.minimum,
              type: 'line',
              symbol: 'none',
              lineStyle: { type: 'dashed', color: look.colour('--verdict-bad') },
              itemStyle: { color: look.colour('--verdict-bad') },
              data: months.map(() => minimum),
            },
          ]),
    ],
  }
}
