// SPDX-License-Identifier: Apache-2.0
// A scheme's result for tests.
import type { Scheme } from '../api/types'

export const scheme = (change: Partial<Scheme> = {}): Scheme => ({
  scheme: '2025',
  value: '81.25',
  low: '81.25',
  high: '81.25',
  conclusion: '基本符合',
  conclusion_low: '基本符合',
  conclusion_high: '基本符合',
  clause: '',
  complete: true,
  applicable: 16,
  counts: { compliant: 13, partial: 2, non_compliant: 1, not_applicable: 4, pending: 0 },
  technical: '',
  management: '',
  ...change,
})
