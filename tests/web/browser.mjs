// SPDX-License-Identifier: Apache-2.0
// A fresh browser on the page, with everything watched that must not happen: errors on the console,
// requests to another host, content wider than the window.
import { mkdtempSync } from 'node:fs'
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

export async function open_browser({ base, shots, work }) {
  const context = await chromium.launchPersistentContext(mkdtempSync(join(work, 'browser-')), {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: switches,
    viewport: { width: 1366, height: 768 },
    acceptDownloads: true,
    locale: 'zh-CN',
  })
  const page = context.pages()[0] ?? (await context.newPage())
  page.setDefaultTimeout(15_000)
  const faults = []
  // Refused requests that a test asks for make the browser write to the console too.
  let expected = false
  page.on('console', (message) => {
    if (
      message.type() === 'error' &&
      !(expected && /Failed to load resource/.test(message.text()))
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

  return {
    context,
    page,
    faults,
    go: async (path) => {
      await page.goto(new URL(path, base).href)
      await page.locator('h1, .el-alert, .el-empty').first().waitFor()
    },
    shot: (name) => page.screenshot({ path: join(shots, `${name}.png`), animations: 'disabled' }),
    wide_by: () =>
      page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      ),
    expect_refusals: async (body) => {
      expected = true
      try {
        await body()
      } finally {
        expected = false
      }
    },
  }
}
