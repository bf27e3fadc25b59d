// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import type { Asset } from '../api/portfolio'
import { asset_form, asset_wire, attribute_key, class_of } from './assets'

const row: Asset = {
  id: 'a',
  version: 3,
  class: '网络设备',
  name: '示例交换机',
  importance: '重要',
  shared: false,
  location: '示例机房',
  addresses: ['192.0.2.1', '192.0.2.2'],
  attributes: { 用途: '汇聚', 品牌型号: '示例型号' },
  systems: ['s1'],
}

describe('assets', () => {
  it('lay their attributes and addresses out as fields', () => {
    const form = asset_form(row)
    expect(form[attribute_key('用途')]).toBe('汇聚')
    expect(form.addresses).toBe('192.0.2.1、192.0.2.2')
    expect(form.version).toBe(3)
  })

  it('send every attribute when one has changed, none when none has', () => {
    expect(asset_wire({ [attribute_key('用途')]: '核心' }, row)).toEqual({
      attributes: { 用途: '核心', 品牌型号: '示例型号' },
    })
    expect(asset_wire({ name: '新名' }, row)).toEqual({ name: '新名' })
    expect(asset_wire({ name: '新名', [attribute_key('用途')]: '核心' }, null)).toEqual({
      name: '新名',
      attributes: { 用途: '核心' },
    })
  })

  it('take addresses however they are typed', () => {
    expect(asset_wire({ addresses: '192.0.2.1， 192.0.2.2\n192.0.2.1' }, row)).toEqual({
      addresses: ['192.0.2.1', '192.0.2.2'],
    })
    expect(asset_wire({ addresses: '' }, row)).toEqual({ addresses: [] })
  })

  it('find their class by name', () => {
    const classes = [{ name: '网络设备', name_head: '设备名称', columns: ['用途'] }]
    expect(class_of(classes, '网络设备')?.columns).toEqual(['用途'])
    expect(class_of(classes, '')).toBeUndefined()
  })
})
