// SPDX-License-Identifier: Apache-2.0
// What a list shows and how it is narrowed, as data.
import type { Option } from './form'

export interface Column {
  key: string // of the row, and the name of the cell's slot
  label: string
  sort?: string // the program's name of this order
  width?: number
  min?: number
  right?: boolean
}

export interface Filter {
  key: string
  label: string
  options?: Option[]
  day?: boolean
  width?: number
}
