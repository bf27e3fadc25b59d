// SPDX-License-Identifier: Apache-2.0
// One browser; each person has a window of their own, in which everything is watched that must not
// happen: errors on the console, requests to another host, content wider than the window.
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(new URL('../../web/package.json', import.meta.url))
const { chromium } = require('playwright-core')

const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
// A machine under load is slow, not wrong.
export const patience = Number(process.env.DENGCE_PATIENCE ?? 30_000)

function watch(page, base) {
  const faults = []
  const state = { expected: false }
  page.on('console', (message) => {
    if (
      message.type() === 'error' &&
      // Refused requests that a test asks for make the browser write to the console too.
      !(state.expected && /Failed to load resource/.test(message.text()))
    ) {
      faults.push(`console: ${message.text()}`)
    }
  })
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`))
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (!['blob:', 'data:'].includes(url.protocol) && url.origin !== new URL(base).origin) {
      faults.push(`request to another host: ${url.origin}`)
    }
  })
  return { faults, state }
}

export async function open_browser({ base, shots }) {
  const chrome = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: switches,
    timeout: 4 * patience,
  })

  async function open_window() {
    const context = await chrome.newContext({
      viewport: { width: 1366, height: 768 },
      acceptDownloads: true,
      locale: 'zh-CN',
    })
    const page = await context.newPage()
    page.setDefaultTimeout(patience)
    const { faults, state } = watch(page, base)
    return {
      context,
      page,
      faults,
      go: async (path) => {
        await page.goto(new URL(path, base).href)
        await page.locator('h1, .el-alert, .el-empty').first().waitFor()
      },
      // What the program answers to the person of this window.
      get: async (path) => {
        const answer = await context.request.get(new URL(path, base).href)
        if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`)
        return answer.json()
      },
      shot: (name) => page.screenshot({ path: join(shots, `${name}.png`), animations: 'disabled' }),
      wide_by: () =>
        page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        ),
      rows: () => page.locator('.el-table__body tbody tr'),
      shown: (text) => page.getByText(text, { exact: true }).first().waitFor(),
      query: () => new URL(page.url()).searchParams,
      expect_refusals: async (body) => {
        state.expected = true
        try {
          await body()
        } finally {
          state.expected = false
        }
      },
    }
  }

  return { open_window, close: () => chrome.close() }
}
