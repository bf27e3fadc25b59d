// SPDX-License-Identifier: Apache-2.0
// How values of the interface are shown; no language text stands here.
import type { Counts, PointStatus, Scheme, Verdict } from '../api/types'

export type Tone = 'success' | 'warning' | 'danger' | 'info' | 'primary'

export const verdicts: readonly Verdict[] = ['待确认', '不符合', '部分符合', '符合', '不适用']

// As charts stack them: best first, what does not count last.
export const verdict_order: readonly Verdict[] = ['符合', '部分符合', '不符合', '待确认', '不适用']

const verdict_classes: Record<Verdict, string> = {
  符合: 'good',
  部分符合: 'part',
  不符合: 'bad',
  不适用: 'none',
  待确认: 'open',
}

// Name of the colour, as in --verdict-good.
export const verdict_class = (verdict: Verdict) => verdict_classes[verdict]

const verdict_tones: Record<Verdict, Tone> = {
  符合: 'success',
  部分符合: 'warning',
  不符合: 'danger',
  不适用: 'info',
  待确认: 'primary',
}

export function verdict_tone(verdict: Verdict): Tone {
  return verdict_tones[verdict] ?? 'info'
}

const status_tones: Record<PointStatus, Tone> = {
  pass: 'success',
  partial: 'warning',
  fail: 'danger',
  not_applicable: 'info',
  unknown: 'primary',
  error: 'danger',
}

export function status_tone(status: PointStatus): Tone {
  return status_tones[status] ?? 'info'
}

export function risk_tone(risk: string): Tone {
  return risk === '高' ? 'danger' : risk === '中' ? 'warning' : risk === '低' ? 'info' : 'primary'
}

export function conclusion_tone(conclusion: string | null): Tone {
  if (conclusion === null) return 'primary'
  if (['优', '良', '符合'].includes(conclusion)) return 'success'
  return ['中', '基本符合'].includes(conclusion) ? 'warning' : 'danger'
}

export const unit_of = (scheme: string) => (scheme === '2021' ? '' : '%')

// "81.25%", or "70.10 ～ 88.00%" while something is open.
export function value_text(scheme: Scheme): string {
  const unit = unit_of(scheme.scheme)
  if (scheme.complete || scheme.low === scheme.high) return scheme.value + unit
  return `${scheme.low} ～ ${scheme.high}${unit}`
}

// "基本符合", or both ends while the conclusion is open, worst first.
export function conclusion_text(scheme: Scheme): string {
  if (scheme.conclusion !== null) return scheme.conclusion
  if (scheme.conclusion_low === scheme.conclusion_high) return scheme.conclusion_low
  return `${scheme.conclusion_low} ～ ${scheme.conclusion_high}`
}

export function total_of(counts: Counts): number {
  return (
    counts.compliant +
    counts.partial +
    counts.non_compliant +
    counts.not_applicable +
    counts.pending
  )
}

export function count_of(counts: Counts, verdict: Verdict): number {
  switch (verdict) {
    case '符合':
      return counts.compliant
    case '部分符合':
      return counts.partial
    case '不符合':
      return counts.non_compliant
    case '不适用':
      return counts.not_applicable
    case '待确认':
      return counts.pending
  }
}

const instant_form = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'medium',
})

// UTC instant as Chinese civil time, "2026-11-22 16:30:00".
export function instant_text(instant: string | undefined): string {
  if (!instant) return '—'
  const time = Date.parse(instant)
  return Number.isNaN(time) ? instant : instant_form.format(time)
}

export function bytes_text(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const units = ['KiB', 'MiB', 'GiB']
  let value = bytes / 1024
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${value.toFixed(1)} ${units[unit]}`
}

export function short_digest(digest: string): string {
  return digest.length > 16 ? `${digest.slice(0, 12)}…` : digest
}

export const or_dash = (text: string | undefined) => (text ? text : '—')

// Worst first; '' is not judged yet.
export const risks: readonly string[] = ['', '高', '中', '低']
