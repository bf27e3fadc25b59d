// SPDX-License-Identifier: Apache-2.0
// Grading by what would be harmed and how badly (GB/T 22240): business information (S) and system
// service (A) each have a level, the system has the larger one.
import type { GradingMatrix } from '../api/portfolio'

// One degree an object, by index; null: not harmed.
export type Picks = (number | null)[]

export function level_at(matrix: GradingMatrix, object: string, degree: string): number | null {
  return (
    matrix.items.find((one) => one.object === object && one.degree === degree)?.level ?? null
  )
}

// The highest level of the objects that would be harmed; null while none is chosen.
export function level_of(matrix: GradingMatrix, picks: Picks): number | null {
  const found = matrix.objects.map((object, i) => {
    const degree = matrix.degrees[picks[i] ?? -1]
    return degree === undefined ? null : level_at(matrix, object, degree)
  })
  const levels = found.filter((level) => level !== null)
  return levels.length > 0 ? Math.max(...levels) : null
}

export const sag_of = (s: number, a: number) => `S${s}A${a}`

// "0-2" in the address: a degree for each object, "-" for none.
export const picks_text = (picks: Picks) => picks.map((pick) => pick ?? '-').join('')
export const read_picks = (text: string, objects: number, degrees: number): Picks =>
  [...Array(objects)].map((_, i) => {
    const pick = /^\d$/.test(text[i] ?? '') ? Number(text[i]) : -1
    return pick >= 0 && pick < degrees ? pick : null
  })

export const harm_text = (matrix: GradingMatrix, picks: Picks, joint: string) =>
  matrix.objects
    .flatMap((object, i) => {
      const degree = matrix.degrees[picks[i] ?? -1]
      return degree === undefined ? [] : [`${object}：${degree}`]
    })
    .join(joint)

// What is kept with the level, in Chinese like all records.
export function basis_text(matrix: GradingMatrix, s: Picks, a: Picks, remark: string): string {
  const part = (name: string, letter: string, picks: Picks) =>
    `${name}（${letter}${level_of(matrix, picks)}）：${harm_text(matrix, picks, '；')}`
  return [
    `按 ${matrix.standard} 定级`,
    part('业务信息', 'S', s),
    part('系统服务', 'A', a),
    ...(remark ? [remark] : []),
  ].join('\n')
}
