// SPDX-License-Identifier: Apache-2.0
// Words of the portfolio as the interface writes them, and what the overview makes of the answers.
export const data_classes = ['一般', '重要', '核心'] as const
export const personal_kinds = ['none', 'personal', 'sensitive'] as const
export const parties = ['provider', 'client', 'centre'] as const
export const levels = [1, 2, 3, 4] as const

// The first day of each month of the period and its last day: where a change of coverage shows.
export function month_days(start: string, end: string): string[] {
  const days: string[] = []
  const [year = 0, month = 1] = start.split('-').map(Number)
  for (let i = 0; i < 36; i += 1) {
    const at = new Date(Date.UTC(year, month - 1 + i, 1)).toISOString().slice(0, 10)
    if (at > end) break
    days.push(at < start ? start : at)
  }
  if (days[days.length - 1] !== end) days.push(end)
  return days
}

export const yuan_text = (fen: number | null | undefined) =>
  fen === null || fen === undefined
    ? '—'
    : (fen / 100).toLocaleString('zh-CN', { minimumFractionDigits: 2 })

// "10.0.0.1, 10.0.0.2" in whatever way it is typed.
export const address_list = (text: string) => [
  ...new Set(text.split(/[\s,;，；、]+/).filter(Boolean)),
]
