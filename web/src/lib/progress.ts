// SPDX-License-Identifier: Apache-2.0
// Places of days on a line of time, and the words of stages in the reader's language.
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { process_api, type Missing, type StageDates } from '../api/process'
import { useResource } from './use_resource'

const day_length = 86_400_000

export const day_number = (day: string) => Math.floor(Date.parse(`${day}T00:00:00Z`) / day_length)
export const day_text = (number: number) =>
  new Date(number * day_length).toISOString().slice(0, 10)
// The civil date in Shanghai, as the program counts.
export const today_text = (now = Date.now()) => day_text(Math.floor((now + 8 * 3_600_000) / day_length))

export interface Span {
  from: number // days since 1970
  to: number
}

// All the days named, with today and some air; at least two months.
export function span_of(dates: (string | null)[], today: string): Span {
  const days = [today, ...dates].filter((day): day is string => Boolean(day)).map(day_number)
  const from = Math.min(...days) - 3
  return { from, to: Math.max(Math.max(...days) + 3, from + 60) }
}

export interface Bar {
  left: number // percent
  width: number
}

const share = (days: number, span: Span) => (100 * days) / (span.to - span.from + 1)

// From the morning of the one to the evening of the other day, cut to the span; null: outside.
export function bar_of(from: string, to: string, span: Span): Bar | null {
  const begin = Math.max(day_number(from), span.from)
  const end = Math.min(day_number(to), span.to)
  if (begin > end) return null
  return { left: share(begin - span.from, span), width: share(end - begin + 1, span) }
}

export const planned_bar = (dates: StageDates, span: Span) =>
  dates.planned_from && dates.planned_to
    ? bar_of(dates.planned_from, dates.planned_to, span)
    : null
// A stage under way lasts until today.
export const actual_bar = (dates: StageDates, span: Span, today: string) =>
  dates.actual_from ? bar_of(dates.actual_from, dates.actual_to ?? today, span) : null

export function months_of(span: Span): (Bar & { label: string })[] {
  const out: (Bar & { label: string })[] = []
  for (let day = span.from; day <= span.to; ) {
    const label = day_text(day).slice(0, 7)
    let end = day
    while (end < span.to && day_text(end + 1).startsWith(label)) end += 1
    const bar = bar_of(day_text(day), day_text(end), span)
    if (bar) out.push({ ...bar, label })
    day = end + 1
  }
  return out
}

// The process with its names in the reader's language.
export function useProcess() {
  const { t, locale } = useI18n()
  const { data, error, loading, load } = useResource((signal) => process_api.process(signal))
  const word = (one: { name: string; name_en: string }) =>
    locale.value === 'en' ? one.name_en : one.name
  const stages = computed(() => data.value?.stages ?? [])
  const products = computed(
    () => new Map(stages.value.flatMap((stage) => stage.products).map((one) => [one.id, one])),
  )
  const stage_name = (id: string | null) => {
    const found = stages.value.find((one) => one.id === id)
    return found ? word(found) : t('progress.all_done')
  }
  const product_name = (id: string) => {
    const found = products.value.get(id)
    return found ? word(found) : id
  }
  function missing_text(missing: Missing): string {
    if (missing.kind !== 'product') {
      return t(`stages.missing.${missing.kind}`, { name: stage_name(missing.id) })
    }
    const is_signed = products.value.get(missing.id)?.signer !== 'none'
    return t(is_signed ? 'stages.missing.product_signed' : 'stages.missing.product_reviewed', {
      name: product_name(missing.id),
      state: t(`product.states.${missing.state}`),
    })
  }
  return { process: data, error, loading, load, stages, products, word, stage_name, product_name, missing_text }
}
