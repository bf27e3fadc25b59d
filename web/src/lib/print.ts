// SPDX-License-Identifier: Apache-2.0
// Tables have fixed widths once drawn, so printing scales them to the paper.

// Widths in CSS pixels; A4 upright leaves 182 mm between the margins.
const paper_width = (182 / 25.4) * 96

export function print_zoom(table_width: number): number {
  return table_width > paper_width ? Math.floor((100 * paper_width) / table_width) / 100 : 1
}

export function scale_when_printing() {
  window.addEventListener('beforeprint', () => {
    const widths = [...document.querySelectorAll('.el-table')].map((table) => table.clientWidth)
    const zoom = print_zoom(Math.max(...widths, 0))
    document.documentElement.style.setProperty('--print-zoom', String(zoom))
  })
}
