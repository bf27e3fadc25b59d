// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import type { AssessmentHead, System } from '../api/types'
import { scheme } from './sample'
import { filter_systems, level_totals, sort_systems, system_row } from './systems'

const assessment = (change: Partial<AssessmentHead> = {}): AssessmentHead => ({
  id: 'a1',
  round: '初测',
  sag: 'S3A3',
  demo: true,
  snapshot: 's1',
  taken: '2026-11-22T00:00:00Z',
  schemes: [scheme({ scheme: '2021', value: '75.00' }), scheme()],
  ...change,
})

const system = (number: number, change: Partial<System> = {}): System => ({
  id: `id${number}`,
  number,
  name: `系统${number}`,
  team: number % 2 ? '甲团队' : '乙团队',
  level: number === 4 ? 2 : 3,
  assessments: [],
  ...change,
})

const begun = assessment({ snapshot: undefined, taken: undefined, schemes: undefined })
const open = assessment({
  schemes: [scheme({ conclusion: null, value: '60.00', complete: false })],
})
const rows = [
  system(1),
  system(2, { assessments: [assessment()] }),
  system(3, { assessments: [open] }),
  system(4, { assessments: [begun] }),
].map(system_row)

const all = { q: '', team: '', level: '', state: '' }
const numbers = (some: typeof rows) => some.map((row) => row.system.number)

describe('the list of systems', () => {
  it('tells the state of each', () => {
    expect(rows.map((row) => row.state)).toEqual(['none', 'done', 'open', 'begun'])
    expect(rows[1]?.rate?.value).toBe('81.25')
    expect(rows[1]?.score?.value).toBe('75.00')
  })

  it('takes the newest judged assessment', () => {
    const older = assessment({ id: 'old', taken: '2025-01-01T00:00:00Z' })
    const row = system_row(system(9, { assessments: [begun, older, assessment({ id: 'new' })] }))
    expect(row.newest?.id).toBe('new')
  })

  it('filters', () => {
    expect(numbers(filter_systems(rows, all))).toEqual([1, 2, 3, 4])
    expect(numbers(filter_systems(rows, { ...all, level: '2' }))).toEqual([4])
    expect(numbers(filter_systems(rows, { ...all, team: '甲团队' }))).toEqual([1, 3])
    expect(numbers(filter_systems(rows, { ...all, state: 'open' }))).toEqual([3])
    expect(numbers(filter_systems(rows, { ...all, q: ' 系统2 ' }))).toEqual([2])
    expect(numbers(filter_systems(rows, { ...all, q: '4' }))).toEqual([4])
  })

  it('sorts, rows without a value last both ways', () => {
    const by = (key: string, descending: boolean) =>
      numbers(sort_systems(rows, { key, descending }))
    expect(by('rate', false)).toEqual([3, 2, 1, 4])
    expect(by('rate', true)).toEqual([2, 3, 1, 4])
    expect(by('number', true)).toEqual([4, 3, 2, 1])
    expect(by('level', false)).toEqual([4, 1, 2, 3])
    expect(numbers(rows)).toEqual([1, 2, 3, 4])
  })

  it('totals the levels', () => {
    expect(level_totals(rows)).toEqual([
      { level: 3, count: 3 },
      { level: 2, count: 1 },
    ])
  })
})
