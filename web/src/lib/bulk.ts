// SPDX-License-Identifier: Apache-2.0
import { ApiError } from '../api/client'

// The program numbers the rows of a bulk call; the reader knows them by name.
export const bulk_error = (error: ApiError, names: readonly string[]) =>
  new ApiError(
    error.code,
    error.title,
    error.status,
    error.problems.map((one) => ({ ...one, path: names[one.line - 1] ?? one.path, line: 0 })),
    error.wait,
  )
