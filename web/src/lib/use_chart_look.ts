// SPDX-License-Identifier: Apache-2.0
// Fonts and colours of the theme that is on, for charts, which cannot read style sheets.
import { computed } from 'vue'
import { shell } from './shell'

export interface BaseLook {
  font: string // a real list: widths are measured with it
  text: string
  line: string
  colour: (name: string) => string
}

export function useChartLook() {
  return computed<BaseLook>(() => {
    void shell.dark
    const style = getComputedStyle(document.documentElement)
    const colour = (name: string) => style.getPropertyValue(name).trim()
    return {
      font: getComputedStyle(document.body).fontFamily,
      text: colour('--el-text-color-regular'),
      line: colour('--el-border-color-lighter'),
      colour,
    }
  })
}
