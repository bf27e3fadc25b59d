// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createI18n } from 'vue-i18n'
import { en } from './en'
import { zh } from './zh-CN'

function leaves(value: unknown, prefix = ''): Map<string, string> {
  const out = new Map<string, string>()
  for (const [key, child] of Object.entries(value as Record<string, unknown>)) {
    const path = prefix ? `${prefix}.${key}` : key
    if (typeof child === 'string') out.set(path, child)
    else for (const [inner, text] of leaves(child, path)) out.set(inner, text)
  }
  return out
}

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return sources(path)
    return /\.(vue|ts)$/.test(name) && !name.endsWith('.test.ts') ? [path] : []
  })
}

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort()
const chinese = leaves(zh)
const english = leaves(en)

describe('texts', () => {
  it('stand in both languages, none empty', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort())
    for (const [key, text] of [...chinese, ...english]) expect(text.trim(), key).not.toBe('')
  })

  it('name the same placeholders', () => {
    for (const [key, text] of chinese) {
      expect(placeholders(english.get(key) ?? ''), key).toEqual(placeholders(text))
    }
  })

  it('compile in both languages', () => {
    const broken: string[] = []
    for (const [locale, messages] of [
      ['zh-CN', zh],
      ['en', en],
    ] as const) {
      const { t } = createI18n({ legacy: false, locale, messages: { [locale]: messages } }).global
      for (const [key, text] of leaves(messages)) {
        const values = Object.fromEntries(placeholders(text).map((name) => [name ?? '', '7']))
        const shown = t(key, values)
        if (shown !== text.replace(/\{\w+\}/g, '7')) broken.push(`${locale} ${key}: ${shown}`)
      }
    }
    expect(broken).toEqual([])
  })

  it('exist for every key the sources name', () => {
    const missing: string[] = []
    let seen = 0
    for (const path of sources(join(__dirname, '..'))) {
      for (const [, key] of readFileSync(path, 'utf8').matchAll(/\bt\(\s*'([\w.]+)'/g)) {
        seen += 1
        if (!chinese.has(key ?? '')) missing.push(`${path}: ${key}`)
      }
    }
    expect(missing).toEqual([])
    expect(seen).toBeGreaterThan(50)
  })

  it('carry no Chinese outside the language files', () => {
    const allowed = /\/(i18n|lib|api)\//
    const found: string[] = []
    for (const path of sources(join(__dirname, '..'))) {
      if (allowed.test(path)) continue
      const lines = readFileSync(path, 'utf8').split('\n')
      lines.forEach((line, index) => {
        if (/[\u4e00-\u9fff]/.test(line)) found.push(`${path}:${index + 1}`)
      })
    }
    expect(found).toEqual([])
  })
})
