// SPDX-License-Identifier: Apache-2.0
// What an assessor does with the page: list, result, worksheet, record, evidence line, document.
// What is shown is held against what the interface answers.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { note_export } from '../people.mjs'

export async function assessment_cases({ window, check, base }) {
  const { page, go, get, shot, rows, shown, query } = window
  const { systems } = await get('/api/assessments-overview')
  const assessed = systems.find((system) => system.assessments.some((one) => one.snapshot))
  assert.ok(assessed, 'the demo has an assessed system')
  const assessment = assessed.assessments.find((one) => one.snapshot)
  const home = `/assessments/${assessment.id}`
  const result = await get(`/api${home}/result`)
  const sheet = await get(`/api${home}/worksheet`)
  const count_text = () => page.locator('.filters .count:visible').innerText()
  const count = (verdict) => sheet.records.filter((record) => record.verdict === verdict).length

  await check('the list shows the 39 systems of the contract', async () => {
    await go('/assessments')
    await rows().first().waitFor()
    assert.equal(await rows().count(), systems.length)
    assert.equal(systems.length, 39)
    assert.equal(await page.locator('[data-test=total]').innerText(), '39')
    assert.equal(await page.locator('[data-test=level-3]').innerText(), '35')
    assert.equal(await page.locator('[data-test=level-2]').innerText(), '4')
    await shown('演示数据')
    await shot('list')
  })

  await check('filter and sort stand in the address and survive a reload', async () => {
    await go('/assessments?level=2')
    await page.waitForFunction(
      () => document.querySelectorAll('.el-table__body tbody tr').length === 4,
    )
    await page.reload()
    await page.waitForFunction(
      () => document.querySelectorAll('.el-table__body tbody tr').length === 4,
    )
    await page.getByRole('button', { name: '清除筛选' }).click()
    await page.waitForFunction(() => !location.search.includes('level'))
    assert.equal(await rows().count(), 39)
    await page.getByRole('button', { name: /按符合率/ }).click()
    await page.waitForFunction(() => location.search.includes('sort=rate'))
    assert.match(await rows().first().innerText(), new RegExp(assessed.name))
    await page.getByRole('textbox', { name: '查找系统' }).fill(assessed.name)
    await page.waitForFunction(
      () => document.querySelectorAll('.el-table__body tbody tr').length === 1,
    )
    assert.equal(query().get('q'), assessed.name)
    assert.match(await count_text(), /共 1 条/)
  })

  await check(
    'a system opens its result with both schemes, as the interface gives them',
    async () => {
      await go('/assessments?sort=-rate')
      await page.getByRole('link', { name: `查看 ${assessed.name} 的测评结果` }).click()
      await page.waitForURL(`**${home}`)
      for (const scheme of result.schemes) {
        const text = await page.locator(`[data-test=value-${scheme.scheme}]`).innerText()
        assert.ok(text.includes(scheme.low), `${text} names ${scheme.low}`)
        if (!scheme.complete) assert.ok(text.includes(scheme.high), `${text} names ${scheme.high}`)
        await shown(scheme.clause)
      }
      await page.locator('.charts svg').nth(1).waitFor()
      assert.equal(await page.locator('.charts svg').count(), 2)
      for (const layer of result.layers) {
        if (layer.rate)
          await page.locator('.charts svg').getByText(`${layer.rate}%`).first().waitFor()
      }
      assert.equal(await page.title(), `测评结果 · ${assessed.name} · 等测`)
      await shot('result')
    },
  )

  const to_tabs = () =>
    page.locator('.el-tabs').evaluate((tabs) => window.scrollTo(0, tabs.offsetTop - 70))

  await check(
    'layers, control points, problems, hazards, derivation and identity are all there',
    async () => {
      const tab = async (name, expected, file) => {
        await page.getByRole('tab', { name }).click()
        await page.waitForFunction(
          (wanted) =>
            [...document.querySelectorAll('.el-tab-pane')].some(
              (pane) =>
                pane.offsetParent !== null &&
                pane.querySelectorAll('.el-table__body tbody tr').length === wanted,
            ),
          expected,
        )
        await to_tabs()
        await shot(file)
      }
      await go(home)
      await tab('层面', result.layers.length, 'layers')
      await tab('控制点', result.control_points.length, 'control-points')
      await tab(/^安全问题/, Math.min(result.problems.length, 50), 'problems')
      await tab(/^重大风险隐患/, result.hazards.length, 'hazards')
      const { derivation } = await get(`/api${home}/derivation/2025`)
      const lost = derivation.filter((line) => Number(line.lost) > 0 || line.x === '?').length
      await tab('计算过程', Math.min(lost, 50), 'derivation')
      await page.getByRole('tab', { name: '基本信息' }).click()
      await shown(result.snapshot)
      for (const digest of Object.values(result.versions)) await shown(digest)
      await to_tabs()
      await shot('identity')
    },
  )

  await check('a problem opens in a drawer that the address names', async () => {
    await go(`${home}?tab=problems`)
    const problem = result.problems[0]
    await page.getByRole('button', { name: problem.number, exact: true }).click()
    const drawer = page.getByRole('dialog')
    await drawer.getByText(problem.description).first().waitFor()
    if (problem.advice) await drawer.getByText(problem.advice).first().waitFor()
    assert.equal(query().get('problem'), problem.number)
    await shot('problem')
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'hidden' })
    assert.equal(query().get('problem'), null)
  })

  await check(
    'the worksheet counts every verdict and keeps its filters across both views',
    async () => {
      await go(`${home}/worksheet`)
      await rows().first().waitFor()
      for (const verdict of ['待确认', '不符合', '部分符合', '符合', '不适用']) {
        await shown(`${verdict} ${count(verdict)}`)
      }
      assert.equal(await rows().count(), Math.min(50, sheet.records.length))
      await shot('worksheet')
      await page.locator('button.why').last().focus()
      await page.keyboard.press('ArrowDown')
      await page.waitForFunction(() => location.search.includes('page=2'))
      const next = sheet.records[50]
      const next_key = `${sheet.objects[next.object].id}/${sheet.items[next.item].code}/`
      await page.waitForFunction(
        (key) => document.activeElement?.dataset.key?.startsWith(key),
        next_key,
      )
      await page.locator('label', { hasText: /^部分符合 / }).click()
      await page.waitForFunction(() => location.search.includes('verdict'))
      await page.locator('label', { hasText: '按测评项' }).click()
      await page.waitForFunction(() => location.search.includes('view=item'))
      assert.equal(query().get('verdict'), '部分符合')
      assert.match(await count_text(), new RegExp(`共 ${count('部分符合')} 条`))
      await page.getByRole('navigation', { name: '测评项' }).getByRole('button').nth(1).click()
      await page.waitForFunction(() => location.search.includes('item='))
      const [code] = query().get('item').split('/')
      const wanted = sheet.records.filter(
        (record) => record.verdict === '部分符合' && sheet.items[record.item].code === code,
      )
      assert.match(await count_text(), new RegExp(`共 ${wanted.length} 条`))
      await shot('worksheet-item')
    },
  )

  // A machine's finding with a line, on the host that was collected here if it has one.
  async function finding() {
    const failing = sheet.records
      .filter((record) => record.machine && ['不符合', '部分符合'].includes(record.verdict))
      .sort((a, b) => live(b) - live(a))
    for (const record of failing) {
      const object = sheet.objects[record.object]
      const item = sheet.items[record.item]
      const detail = await get(`/api${home}/records/${object.id}/${item.code}?clause=${item.clause}`)
      const point = detail.points.find((one) => one.status === 'fail' && one.source?.line > 0)
      if (point) return { object, item, detail, point }
    }
    throw new Error('the demo has no finding of a machine with a line')
  }
  const live = (record) => Number(sheet.objects[record.object].origin === 'live')

  await check('a record leads to the line of the file, by keyboard alone', async () => {
    const { object, item, detail, point } = await finding()
    const source = point.source
    const evidence = await get(
      `/api/evidence/${source.bundle}?${new URLSearchParams({ path: source.path, line: source.line })}`,
    )
    await go(`${home}/worksheet?object=${object.id}`)
    await page.getByRole('heading', { name: object.name }).waitFor()
    const first = page.locator('button.why').first()
    await first.focus()
    const on_object = sheet.records.filter((one) => sheet.objects[one.object].id === object.id)
    const at = on_object.findIndex((one) => sheet.items[one.item].code === item.code)
    assert.ok(at >= 0 && at < 50)
    for (let i = 0; i < at; i += 1) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    const drawer = page.getByRole('dialog')
    await drawer.getByText(detail.record.split('\n')[0]).first().waitFor()
    const card = drawer.locator('article', { hasText: point.reason }).filter({ hasText: point.check })
    const lines = card.locator('[data-test=evidence-lines]').first()
    // The deciding point is open from the start.
    const fold = card.locator('[data-test=evidence]').first()
    if ((await fold.innerText()) === '查看证据') await fold.press('Enter')
    const hit = lines.locator('.line[aria-current=true]')
    await hit.waitFor()
    const line = evidence.lines.find((one) => one.number === source.line)
    assert.equal(await hit.locator('.number').innerText(), String(source.line))
    assert.equal((await hit.locator('.content').innerText()).trim(), line.text.trim())
    assert.ok(line.text.includes(source.excerpt.slice(0, 40)), 'the excerpt is that line')
    const text = await lines.innerText()
    for (const value of [
      evidence.sha256,
      evidence.sm3,
      evidence.bundle,
      evidence.bundle_sha256,
      evidence.collector,
      evidence.target,
      evidence.file_name,
    ]) {
      assert.ok(value && text.includes(value), `the evidence names ${value}`)
    }
    await hit.scrollIntoViewIfNeeded()
    await shot('evidence')
    await card.locator('[data-test=check]').first().press('Enter')
    const { sql, title } = await get(`/api/checks/${point.check}`)
    await card
      .locator('[data-test=check-detail]')
      .first()
      .locator('strong', { hasText: title })
      .waitFor()
    assert.equal((await card.locator('pre').first().innerText()).trim(), sql.trim())
    await shot('check')
    await page.keyboard.press('Alt+ArrowDown')
    await page.waitForFunction(
      (key) => !decodeURIComponent(location.search).includes(`record=${key}`),
      `${object.id}/${item.code}`,
    )
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'hidden' })
  })

  await check('what is 待确认 says what is left to do', async () => {
    if (count('待确认') === 0) return
    await go(`${home}/worksheet?verdict=${encodeURIComponent('待确认')}`)
    await page.locator('button.why').first().click()
    const drawer = page.getByRole('dialog')
    await drawer.locator('article').first().waitFor()
    await drawer.getByText('待办').first().waitFor()
    await shot('pending')
    await page.keyboard.press('Escape')
  })

  await check('documents download with their own names', async () => {
    const { documents } = await get(`/api${home}/documents`)
    await go(`${home}/documents`)
    for (const format of ['xlsx', 'docx']) {
      const entry = documents.find((one) => one.scheme === '2025' && one.format === format)
      const row = page.locator(`[data-test="2025-${format}"]`)
      const [download] = await Promise.all([
        page.waitForEvent('download', { timeout: 240_000 }),
        row.getByRole('button', { name: /^下载 / }).click().then(() => note_export(page)),
      ])
      assert.equal(download.suggestedFilename(), entry.name)
      const bytes = readFileSync(await download.path())
      assert.equal(bytes.subarray(0, 2).toString(), 'PK')
      assert.ok(bytes.length > 5_000)
      await row.getByText(/^已下载/).waitFor()
    }
    await shot('documents')
  })

  await check('a document that cannot be made says why and what to do', async () => {
    await window.expect_refusals(async () => {
      await page.route('**/documents/2025/xlsx/content*', (route) =>
        route.fulfill({
          status: 503,
          contentType: 'application/problem+json',
          body: JSON.stringify({
            code: 'unavailable',
            title: '转换程序没有回答',
            status: 503,
            problems: [{ path: 'soffice', line: 0, field: '', reason: '超过 120 秒' }],
          }),
        }),
      )
      await go(`${home}/documents`)
      const row = page.locator('[data-test="2025-xlsx"]')
      await row.getByRole('button', { name: /^下载 / }).click()
      await note_export(page)
      await row.getByText('转换程序没有回答').waitFor()
      await row.getByText('超过 120 秒').waitFor()
      await row.getByText(/按上面的原因处理后重试/).waitFor()
      await shot('document-failed')
      await page.unroute('**/documents/2025/xlsx/content*')
    })
  })

  await check('an unknown assessment and a server that is gone are told apart', async () => {
    await window.expect_refusals(async () => {
      await go('/assessments/unknown')
      const alert = page.getByRole('alert')
      await alert.waitFor()
      await alert.getByText(/所找的内容不存在/).waitFor()
      await shot('not-found')
      await page.route('**/api/assessments-overview', (route) => route.abort())
      await go('/assessments')
      await page.getByText('连接不到服务程序').waitFor()
      await page.unroute('**/api/assessments-overview')
      await page.getByRole('button', { name: '重试' }).click()
      await rows().first().waitFor()
    })
    await go('/no/such/page')
    await page.getByText('没有此页面').waitFor()
  })

  const pages = {
    list: '/assessments',
    result: home,
    problems: `${home}?tab=problems`,
    derivation: `${home}?tab=derivation`,
    identity: `${home}?tab=facts`,
    worksheet: `${home}/worksheet`,
    items: `${home}/worksheet?view=item`,
    documents: `${home}/documents`,
  }
  const settled = async () => {
    await page.waitForLoadState('networkidle')
    await page.waitForTimeout(200)
  }

  await check('nothing is wider than the window at 1366 × 768, nor at 200 % zoom of it', async () => {
    for (const [width, height] of [
      [1366, 768],
      [683, 384],
    ]) {
      await page.setViewportSize({ width, height })
      for (const [name, path] of Object.entries(pages)) {
        await go(path)
        await settled()
        assert.ok((await window.wide_by()) <= 0, `${name} at ${width}`)
        if (width < 1000) await shot(`zoom-${name}`)
      }
    }
    await page.setViewportSize({ width: 1366, height: 768 })
  })

  await check(
    'every control has a name, the first stop of the keyboard skips to the content',
    async () => {
      for (const [name, path] of Object.entries(pages)) {
        await go(path)
        await settled()
        const nameless = await page.evaluate(() =>
          [...document.querySelectorAll('button, a[href], input, [role=tab], [role=button]')]
            .filter(
              (one) =>
                one.getClientRects().length > 0 && getComputedStyle(one).visibility !== 'hidden',
            )
            .filter(
              (one) =>
                !(
                  one.getAttribute('aria-label') ||
                  one.getAttribute('aria-labelledby') ||
                  one.textContent.trim() ||
                  one.title ||
                  one.labels?.length
                ),
            )
            .map((one) => one.outerHTML.slice(0, 160)),
        )
        assert.deepEqual(nameless, [], name)
      }
      await go('/assessments')
      await page.keyboard.press('Tab')
      assert.equal(await page.evaluate(() => document.activeElement.className), 'skip')
      await page.keyboard.press('Enter')
      assert.equal(await page.evaluate(() => document.activeElement.id), 'content')
    },
  )

  await check('a worksheet of 10,000 records answers at once', async () => {
    const big = { ...sheet, records: [] }
    while (big.records.length < 10_000) big.records.push(...sheet.records)
    big.records.length = 10_000
    await page.route(`**/api${home}/worksheet*`, (route) => route.fulfill({ json: big }))
    const begin = Date.now()
    await go(`${home}/worksheet`)
    await page.getByText('共 10000 条').first().waitFor()
    await rows().first().waitFor()
    const opened = Date.now() - begin
    const at = Date.now()
    await page.locator('label', { hasText: /^不适用 / }).click()
    await page.waitForFunction(() => location.search.includes('verdict'))
    await page.waitForFunction(() =>
      [...document.querySelectorAll('.el-table__body tbody tr')].every((row) =>
        row.textContent.includes('不适用'),
      ),
    )
    const filtered = Date.now() - at
    console.log(`  opened in ${opened} ms, filtered in ${filtered} ms`)
    assert.ok(opened < 15_000, `opened in ${opened} ms`)
    assert.ok(filtered < 6_000, `filtered in ${filtered} ms`)
    await page.unroute(`**/api${home}/worksheet*`)
  })

  await check('on paper: no navigation, and all records instead of one page of them', async () => {
    await go(`${home}/worksheet`)
    await rows().first().waitFor()
    await page.emulateMedia({ media: 'print' })
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')))
    await page.waitForFunction(
      (wanted) => document.querySelectorAll('.el-table__body tbody tr').length === wanted,
      Math.min(sheet.records.length, 3000),
    )
    assert.equal(await page.locator('aside').isVisible(), false)
    assert.equal(await page.locator('.filters').isVisible(), false)
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')))
    await page.emulateMedia({ media: null })
  })

  await check('English and dark, kept over a reload', async () => {
    await go('/assessments')
    await page.getByRole('button', { name: '切换为英文界面' }).click()
    await page.getByRole('heading', { name: 'Systems' }).waitFor()
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en')
    await page.getByRole('button', { name: 'Switch between light and dark' }).click()
    await page.reload()
    await page.getByRole('heading', { name: 'Systems' }).waitFor()
    assert.ok(await page.evaluate(() => document.documentElement.classList.contains('dark')))
    for (const name of ['list', 'result', 'worksheet', 'documents']) {
      await go(pages[name])
      await settled()
      assert.ok((await window.wide_by()) <= 0, name)
      await shot(`dark-${name}`)
    }
    await page.evaluate(() => localStorage.clear())
  })

  await check('the page may load from its own address only', async () => {
    const response = await fetch(new URL('/', base))
    const policy = response.headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'self'/)
    assert.doesNotMatch(policy, /script-src[^;]*unsafe|https?:/)
    assert.doesNotMatch(await response.text(), /<script(?![^>]*\bsrc=)/)
  })
}
