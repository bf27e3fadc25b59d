// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest'
import { ApiError } from '../api/client'
import { bulk_error } from './bulk'

it('the refused rows of a bulk call are named', () => {
  const problem = (line: number) => ({ path: '', line, field: '', reason: '已被他人修改' })
  const error = bulk_error(new ApiError('invalid_argument', '有误', 400, [problem(2), problem(9)]), ['甲', '乙'])
  expect(error.problems.map((one) => [one.path, one.line])).toEqual([
    ['乙', 0],
    ['', 0],
  ])
})
