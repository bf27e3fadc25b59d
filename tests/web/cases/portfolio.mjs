// SPDX-License-Identifier: Apache-2.0
// What a project manager does with the portfolio: systems that come, filings that contradict,
// spreadsheets with bad rows, two editors of one row, documents in the background.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { note_export } from '../people.mjs'

export async function portfolio_cases({ window, check, base }) {
  const { page, go, get, shot, rows, query } = window
  const drawer = page.getByRole('dialog')
  const total = (count) => page.getByText(`共 ${count} 条`, { exact: true }).waitFor()
  const row_with = (text) => rows().filter({ hasText: text })
  const accept = () => page.once('dialog', (dialog) => dialog.accept())
  // The row of options that belongs to a list: it is drawn at the end of the page.
  async function choose(scope, name, option) {
    await scope.locator('.el-select').filter({ has: page.getByRole('combobox', { name }) }).click()
    const found = page.locator('.el-select-dropdown:visible').getByText(option, { exact: true })
    await found.first().click()
  }
  async function send(method, path, body, version) {
    const { csrf } = await get('/api/session')
    const answer = await window.context.request.fetch(new URL(path, base).href, {
      method,
      data: body,
      headers: {
        'X-CSRF-Token': csrf,
        Origin: new URL(base).origin,
        ...(version === undefined ? {} : { 'If-Match': `"${version}"` }),
      },
    })
    assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`)
    return answer.json()
  }
  const save = () => drawer.getByRole('button', { name: '保存' }).click()

  await check('the list of systems is narrowed by the address and opens each one', async () => {
    const all = await get('/api/systems?limit=500')
    await go('/systems')
    await total(all.total)
    assert.equal(await rows().count(), 39)
    await shot('systems')
    await go('/systems?level=2')
    await total(all.items.filter((one) => one.level === 2).length)
    await page.reload()
    await total(all.items.filter((one) => one.level === 2).length)
    await page.getByRole('button', { name: '清除筛选' }).click()
    await total(39)
    await page.getByRole('textbox', { name: '系统名称、团队或序号' }).fill(all.items[4].name)
    await total(1)
    await page.getByRole('link', { name: all.items[4].name, exact: true }).click()
    await page.getByRole('heading', { name: all.items[4].name }).waitFor()
    await page.getByText('加入').first().waitFor()
    await shot('system')
  })

  await check('a system added from July on counts from July on', async () => {
    const team = (await get('/api/teams')).items[0]
    const on = async (day) => (await get(`/api/contract/coverage?day=${day}`)).total
    const before = [await on('2026-06-30'), await on('2026-07-01')]
    await go('/systems')
    await page.getByRole('button', { name: '新建' }).click()
    await choose(drawer, '所属团队', team.name)
    await drawer.getByLabel('系统名称').fill('示例新增系统')
    await choose(drawer, '等级', '第三级')
    const from = drawer.getByLabel('起始日期')
    await from.fill('2026-07-01')
    await from.press('Enter')
    await drawer.getByLabel('原因').fill('七月新增')
    await shot('system-form')
    await save()
    await row_with('示例新增系统').waitFor()
    assert.equal(await on('2026-06-30'), before[0])
    assert.equal(await on('2026-07-01'), before[1] + 1)
    await go('/overview')
    await page.waitForFunction(
      (wanted) => document.querySelector('[data-test=total]')?.textContent.trim() === wanted,
      String(before[1] + 1),
    )
    await page.locator('.charts svg').nth(1).waitFor()
    await shot('overview')
  })

  await check('a filing of another level is a conflict until it is put right', async () => {
    const system = (await get('/api/systems?limit=500')).items.find((one) => one.level === 3)
    const differing = async () =>
      (await get('/api/filings/conflicts')).items.filter((one) => one.kind === 'level_differs')
    await go('/filings')
    await page.getByRole('button', { name: '新建' }).click()
    await drawer.getByLabel('备案证明编号').fill('31010000000-26001')
    await drawer.getByLabel('备案名称').fill(system.name)
    await choose(drawer, '等级', '第二级')
    await choose(drawer, '对应系统', `${system.number} ${system.name}`)
    await page.keyboard.press('Escape')
    await save()
    await row_with('31010000000-26001').waitFor()
    assert.deepEqual(
      (await differing()).map((one) => one.system?.id),
      [system.id],
    )
    const conflicts = page.locator('[data-test=conflicts]')
    await conflicts.getByText('等级不一致 1').waitFor()
    await conflicts.getByRole('button', { name: '查看清单' }).click()
    await conflicts.locator('tbody tr').filter({ hasText: '等级不一致' }).getByText(system.name).first().waitFor()
    assert.equal(query().get('tab'), 'conflicts')
    await shot('filing-conflict')
    await page.getByRole('button', { name: '修改 31010000000-26001' }).click()
    await choose(drawer, '等级', '第三级')
    await save()
    await conflicts.getByText('等级不一致 1').waitFor({ state: 'detached' })
    assert.equal((await differing()).length, 0)
  })

  await check('of two editors of one row the second is told, and loses nothing', () =>
    window.expect_refusals(async () => {
      const name = '31010000000-26001'
      await go('/filings')
      await page.getByRole('button', { name: `修改 ${name}` }).click()
      const filing = (await get(`/api/filings?q=${name}`)).items[0]
      await send('PATCH', `/api/filings/${filing.id}`, { filed_day: '2026-03-02' }, filing.version)
      await drawer.getByLabel('备案名称').fill('我改的名称')
      await save()
      await drawer.getByText('打开之后，他人已修改了这一条').waitFor()
      await shot('two-editors')
      await drawer.getByRole('button', { name: '读取最新内容' }).click()
      assert.equal(await drawer.getByLabel('备案名称').inputValue(), '我改的名称')
      await page.waitForFunction(
        () => document.querySelector('#field-filed_day')?.value === '2026-03-02',
      )
      await save()
      await row_with('我改的名称').waitFor()
      const after = (await get(`/api/filings?q=${name}`)).items[0]
      assert.equal(after.filed_day, '2026-03-02')
    }),
  )

  await check('what a form refuses stands at its field', () =>
    window.expect_refusals(async () => {
      await go('/filings')
      await page.getByRole('button', { name: '新建' }).click()
      await save()
      await drawer.getByText('必须填写').first().waitFor()
      await drawer.getByLabel('备案证明编号').fill('31010000000-26002')
      await drawer.getByLabel('备案名称').fill('示例')
      await choose(drawer, '等级', '第三级')
      await page.route('**/api/filings', (route) =>
        route.request().method() === 'POST'
          ? route.fulfill({
              status: 400,
              contentType: 'application/problem+json',
              body: JSON.stringify({
                code: 'invalid_argument',
                title: '内容有误',
                status: 400,
                problems: [{ path: '', line: 0, field: 'number', reason: '编号不合规则' }],
              }),
            })
          : route.fallback(),
      )
      await save()
      await drawer.locator('.el-form-item__error').getByText('编号不合规则').waitFor()
      await page.unroute('**/api/filings')
      accept()
      await drawer.getByRole('button', { name: '取消' }).click()
      await drawer.waitFor({ state: 'hidden' })
    }),
  )

  await import_cases()

  async function import_cases() {
    const systems = (await get('/api/systems?limit=500')).items
    const head = '设备名称,所属系统,IP 地址,重要程度,内部编号'
    const line = (i) => {
      const system = i % 10 === 3 ? '没有这个系统' : systems[i % 39].name
      return `示例服务器-${String(i).padStart(3, '0')},${system},192.0.2.${i % 250},重要,N${i}`
    }
    const csv = [head, ...[...Array(60)].map((_, i) => line(i))].join('\r\n')

    await check('a spreadsheet with bad rows: each is named, the others are taken, all is undone', async () => {
      await go('/imports?noun=asset')
      await page.locator('input[type=file]').setInputFiles({
        name: '资产台账.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(`\ufeff${csv}\r\n`),
      })
      await page.getByRole('button', { name: '上传' }).click()
      await page.getByText('共 60 行').waitFor()
      const field = page.getByRole('combobox', { name: '列“所属系统”对应的字段' })
      await page.locator('.el-select').filter({ has: field }).getByText(/所属系统/).waitFor()
      await page.getByText(/必填字段没有对应的列/).waitFor()
      assert.ok(await page.getByRole('button', { name: '预览' }).isDisabled())
      await choose(page, '所有行的资产类别', '服务器/存储设备')
      await shot('import-mapping')
      await page.getByRole('button', { name: '预览' }).click()
      const counted = async (name, wanted) =>
        assert.equal(await page.locator(`[data-test=${name}]`).innerText(), String(wanted), name)
      await page.locator('[data-test=preview-bad]').waitFor()
      await counted('preview-rows', 60)
      await counted('preview-bad', 6)
      await counted('preview-new', 54)
      // Line 1 is the head.
      for (const bad of [3, 13, 23, 33, 43, 53]) {
        const row = rows().filter({ has: page.getByText(String(bad + 2), { exact: true }) })
        await row.getByText('没有这个系统').first().waitFor()
      }
      await shot('import-preview')
      const [list] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: '下载清单' }).click(),
      ])
      assert.match(readFileSync(await list.path(), 'utf8'), /没有这个系统/)
      assert.equal((await get('/api/assets?limit=1')).total, 0)
      accept()
      await page.getByRole('button', { name: '执行导入（54 行）' }).click()
      await page.locator('[data-test=result-created]').waitFor()
      await counted('result-created', 54)
      await shot('import-applied')
      await page.getByRole('button', { name: '查看资产' }).click()
      await total(54)
      await go('/imports')
      await page.getByText('新增 54，更新 0，跳过 0，有误 6').waitFor()
    })

    await check('assets: filters in the address, columns of a class, a saved view, the list as a file', async () => {
      await go('/assets')
      await total(54)
      await choose(page, '资产类别', '服务器/存储设备')
      await page.getByRole('columnheader', { name: '操作系统及版本' }).waitFor()
      await page.getByRole('textbox', { name: '名称、地址或位置' }).fill('示例服务器-01')
      const wanted = (await get(`/api/assets?q=${encodeURIComponent('示例服务器-01')}`)).total
      await total(wanted)
      assert.ok(wanted > 0 && wanted < 54)
      assert.equal(query().get('q'), '示例服务器-01')
      await shot('assets')
      await page.getByRole('button', { name: '视图' }).click()
      await page.getByRole('menuitem', { name: '保存当前筛选' }).click()
      await page.locator('.el-message-box input').fill('一号服务器')
      await page.locator('.el-message-box').getByRole('button').filter({ hasText: /确定|OK/ }).click()
      await go('/assets')
      await total(54)
      await page.getByRole('button', { name: '视图' }).click()
      await page.getByRole('menuitem', { name: '一号服务器' }).click()
      await total(wanted)
      await page.getByRole('button', { name: '导出' }).click()
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: 'CSV' }).click().then(() => note_export(page)),
      ])
      const text = readFileSync(await file.path(), 'utf8')
      assert.equal(text.trim().split('\n').length, wanted + 1)
      assert.match(text, /示例服务器-01/)
    })

    await check('an import is undone, but for what was changed since', async () => {
      const kept = (await get('/api/assets?limit=1&sort=name')).items[0]
      await send('PATCH', `/api/assets/${kept.id}`, { location: '示例机房' }, kept.version)
      await go('/imports')
      await page.getByRole('link', { name: '资产台账.csv' }).click()
      accept()
      await page.getByRole('button', { name: '撤销导入' }).click()
      await page.getByText('已撤销：删除 53，恢复 0').waitFor()
      await page.getByText(kept.name).first().waitFor()
      await shot('import-undone')
      assert.equal((await get('/api/assets?limit=1')).total, 1)
    })
  }

  await check('a survey form of a system is answered row by row and kept', async () => {
    const system = (await get('/api/systems?limit=1')).items[0]
    const form = (await get('/api/survey-forms')).items.find((one) => one.kind === 'table')
    const name = `${form.number} ${form.name}`
    await go(`/systems/${system.id}?tab=survey`)
    await page.getByRole('button', { name: `查看 ${name}` }).click()
    await drawer.getByRole('button', { name: '添加一行' }).click()
    await drawer.getByRole('textbox', { name: `第 1 行 ${form.fields[0]}` }).fill('示例一')
    await shot('survey')
    await save()
    await drawer.waitFor({ state: 'hidden' })
    await row_with(name).getByText('已填写').waitFor()
    const kept = await get(`/api/systems/${system.id}/survey/${form.number}`)
    assert.equal(kept.rows[0][form.fields[0]], '示例一')
    await page.getByRole('button', { name: `查看 ${name}` }).click()
    const cell = drawer.getByRole('textbox', { name: `第 1 行 ${form.fields[0]}` })
    await cell.waitFor()
    assert.equal(await cell.inputValue(), '示例一')
    await drawer.getByRole('button', { name: '取消' }).click()
  })

  await check('a document ordered in the background is fetched from the jobs', async () => {
    const { systems } = await get('/api/assessments-overview')
    const one = systems.flatMap((system) => system.assessments).find((each) => each.snapshot)
    await go(`/assessments/${one.id}/documents`)
    await page.locator('[data-test="2025-xlsx"]').getByRole('button', { name: /^在后台生成/ }).click()
    await note_export(page)
    await page.getByRole('link', { name: /已提交/ }).click()
    const row = rows().filter({ hasText: '.xlsx' }).first()
    await row.getByText('已完成').waitFor({ timeout: 240_000 })
    await shot('jobs')
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      row.getByRole('button', { name: /^下载/ }).click(),
    ])
    assert.equal(readFileSync(await file.path()).subarray(0, 2).toString(), 'PK')
  })

  await check('one’s own account: the session, a token shown once, used and ended', () =>
    window.expect_refusals(async () => {
      await go('/account?tab=sessions')
      await row_with('当前会话').waitFor()
      await page.getByRole('tab', { name: '令牌' }).click()
      await page.getByRole('button', { name: '新建令牌' }).click()
      await drawer.getByLabel('名称').fill('示例程序')
      await choose(drawer, '权限', '信息系统 查看')
      await page.keyboard.press('Escape')
      const expires = drawer.getByLabel('到期')
      await expires.fill(new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10))
      await expires.press('Enter')
      await save()
      const token = (await page.locator('[data-test=secret]').innerText()).trim()
      assert.match(token, /^dgc_/)
      const asked = async (path) =>
        (await fetch(new URL(path, base), { headers: { Authorization: `Bearer ${token}` } })).status
      assert.equal(await asked('/api/systems'), 200)
      assert.equal(await asked('/api/assets'), 403)
      await page.keyboard.press('Escape')
      accept()
      await row_with('示例程序').getByRole('button', { name: '作废' }).click()
      await row_with('示例程序').waitFor({ state: 'detached' })
      assert.equal(await asked('/api/systems'), 401)
    }),
  )

  await check('the navigation offers what the role may open, and no address opens more', async () => {
    await go('/overview')
    const links = page.getByRole('navigation', { name: '主导航' }).getByRole('link')
    const names = (await links.allInnerTexts()).map((one) => one.trim())
    assert.ok(names.includes('资产') && names.includes('后台任务'))
    for (const name of ['账户', '角色权限', '审计记录']) assert.ok(!names.includes(name), name)
    await go('/audit')
    await page.getByText(/没有打开此页的权限/).waitFor()
    assert.equal(await page.locator('table').count(), 0)
  })

  await check('pages of the portfolio fit the window, also at 200 % zoom and in English', async () => {
    const system = (await get('/api/systems?limit=1')).items[0].id
    const paths = {
      overview: '/overview',
      systems: '/systems',
      system: `/systems/${system}`,
      filings: '/filings?tab=conflicts',
      files: '/files',
      grading: '/grading?s=-1-&a=0--',
      assets: '/assets',
      data: '/data-items',
      contacts: '/contacts',
      notices: '/risk-notices',
      contract: '/contract',
      imports: '/imports',
      jobs: '/jobs',
      account: '/account',
    }
    for (const [width, height] of [
      [1366, 768],
      [683, 384],
    ]) {
      await page.setViewportSize({ width, height })
      for (const [name, path] of Object.entries(paths)) {
        await go(path)
        await page.waitForLoadState('networkidle')
        assert.ok((await window.wide_by()) <= 0, `${name} at ${width}`)
        if (width > 1000) await shot(`page-${name}`)
      }
    }
    await page.setViewportSize({ width: 1366, height: 768 })
    await page.evaluate(() => {
      localStorage.setItem('dengce.language', 'en')
      localStorage.setItem('dengce.theme', 'dark')
    })
    for (const [name, path] of Object.entries(paths)) {
      await go(path)
      await page.waitForLoadState('networkidle')
      assert.ok((await window.wide_by()) <= 0, `${name} in English`)
      await shot(`english-${name}`)
    }
    await page.evaluate(() => localStorage.clear())
  })
}
