// SPDX-License-Identifier: Apache-2.0
// Assets of different classes have different columns; a form shows those of the class.
import type { Asset, AssetClass } from '../api/portfolio'
import type { Values } from './form'
import { address_list } from './portfolio'

const prefix = 'attribute:'
export const attribute_key = (column: string) => `${prefix}${column}`

export const class_of = (classes: readonly AssetClass[], name: unknown) =>
  classes.find((one) => one.name === name)

export function asset_form(row: Asset): Values {
  const out: Values = { ...row, addresses: row.addresses.join('、') }
  for (const [column, value] of Object.entries(row.attributes)) out[attribute_key(column)] = value
  return out
}

// The attributes of the interface are one object: those not changed go with the changed ones.
export function asset_wire(values: Values, row: Asset | null): Values {
  const out: Values = {}
  const attributes: Record<string, unknown> = { ...row?.attributes }
  let changed = false
  for (const [key, value] of Object.entries(values)) {
    if (key.startsWith(prefix)) {
      attributes[key.slice(prefix.length)] = value ?? ''
      changed = true
    } else {
      out[key] = key === 'addresses' ? address_list(String(value ?? '')) : value
    }
  }
  if (changed) out.attributes = attributes
  return out
}
