// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import * as format from './format'
import { scheme } from './sample'

describe('a scheme', () => {
  it('shows one value when complete, the range while something is open', () => {
    expect(format.value_text(scheme())).toBe('81.25%')
    expect(format.value_text(scheme({ scheme: '2021' }))).toBe('81.25')
    expect(format.value_text(scheme({ complete: false, low: '70.10', high: '88.00' }))).toBe(
      '70.10 ～ 88.00%',
    )
    expect(format.value_text(scheme({ complete: false }))).toBe('81.25%')
  })

  it('never shows an open conclusion as a settled one', () => {
    const open = scheme({ conclusion: null, conclusion_low: '不符合', complete: false })
    expect(format.conclusion_text(open)).toBe('不符合 ～ 基本符合')
    expect(format.conclusion_tone(open.conclusion)).toBe('primary')
  })

  it('colours conclusions of both schemes', () => {
    expect(['优', '良', '符合'].map(format.conclusion_tone)).toEqual(Array(3).fill('success'))
    expect(['中', '基本符合'].map(format.conclusion_tone)).toEqual(Array(2).fill('warning'))
    expect(['差', '不符合'].map(format.conclusion_tone)).toEqual(Array(2).fill('danger'))
  })
})

describe('values', () => {
  it('counts every verdict', () => {
    expect(format.total_of(scheme().counts)).toBe(20)
    expect(format.verdicts.map((one) => format.count_of(scheme().counts, one))).toEqual([
      0, 1, 2, 13, 4,
    ])
  })

  it('gives every verdict and status its own meaning', () => {
    expect(format.verdict_tone('待确认')).toBe('primary')
    expect(format.verdict_tone('不符合')).toBe('danger')
    expect(format.status_tone('unknown')).not.toBe(format.status_tone('pass'))
    expect(format.risk_tone('')).toBe('primary')
  })

  it('shows instants in Chinese civil time', () => {
    expect(format.instant_text('2026-11-22T16:30:00.000Z')).toBe('2026-11-23 00:30:00')
    expect(format.instant_text('')).toBe('—')
    expect(format.instant_text('soon')).toBe('soon')
  })

  it('shows sizes', () => {
    expect(format.bytes_text(0)).toBe('0 B')
    expect(format.bytes_text(1023)).toBe('1023 B')
    expect(format.bytes_text(1536)).toBe('1.5 KiB')
    expect(format.bytes_text(5 * 1024 * 1024)).toBe('5.0 MiB')
  })
})
