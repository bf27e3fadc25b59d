// SPDX-License-Identifier: Apache-2.0
import type { Point, PointStatus } from '../api/types'

// What a reader wants to see first: what failed, then what is open.
const interest: Record<PointStatus, number> = {
  fail: 5,
  partial: 4,
  error: 3,
  unknown: 2,
  pass: 1,
  not_applicable: 0,
}

// Index of the point whose evidence opens by itself; -1 when none has a line to show.
export function deciding_point(points: Point[]): number {
  let best = -1
  points.forEach((point, index) => {
    if (!point.source) return
    const chosen = points[best]
    if (!chosen || interest[point.status] > interest[chosen.status]) best = index
  })
  return best
}

export const is_open = (status: PointStatus) => status === 'unknown' || status === 'error'
