// SPDX-License-Identifier: Apache-2.0
// The three administrators: accounts, roles, audit. None of them sees what the others do.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { note_export, sign_in } from '../people.mjs'

const tester = { login: 'tester', name: '测试员丙', next: 'Zhao6-Qian7-Sun8-6', secret: '', used: 0 }

export async function system_admin_cases({ window, person, people, check }) {
  const { page, go, shot, rows } = window
  const refused = (body) => window.expect_refusals(body)

  await check(
    'the system administrator makes an account and sees no project data',
    () =>
      refused(async () => {
        await go('/')
        await sign_in(page, person)
        await page.getByRole('heading', { name: '账户' }).waitFor()
        await page.getByRole('button', { name: '新建账户' }).click()
        const drawer = page.getByRole('dialog')
        await drawer.getByLabel('账户名').fill(tester.login)
        await drawer.getByLabel('姓名').fill(tester.name)
        await drawer.getByRole('button', { name: '保存' }).click()
        tester.password = (await page.locator('[data-test=secret]').innerText()).trim()
        assert.ok(tester.password.length >= 12)
        await shot('account-secret')
        await page.keyboard.press('Escape')
        await rows().filter({ hasText: tester.login }).getByText('未授予角色').waitFor()
        people.tester = tester
        await go('/systems')
        await page.getByText(/没有打开此页的权限/).waitFor()
        await page.getByRole('link', { name: '设置' }).click()
        await rows().filter({ hasText: 'requests-per-second' }).getByText('默认').waitFor()
        await rows().filter({ hasText: /^data/ }).getByText('命令行').waitFor()
        await shot('settings')
        assert.ok((await window.wide_by()) <= 0)
      }),
    true,
  )
}

export async function way_in_cases({ window, check }) {
  const { page, shot, rows } = window

  await check('an account of the directory has a name there and no password here', () =>
    window.expect_refusals(async () => {
      await page.getByRole('link', { name: '账户', exact: true }).click()
      await page.getByRole('button', { name: '新建账户' }).click()
      const drawer = page.getByRole('dialog')
      await drawer.getByLabel('账户名').fill('elsewhere')
      await drawer.getByLabel('姓名').fill('测试员丁')
      assert.equal(await drawer.getByLabel('外部名称').count(), 0)
      const ways = page.getByRole('combobox', { name: '登录方式' })
      await drawer.locator('.el-select').filter({ has: ways }).click()
      await page.locator('.el-select-dropdown:visible').getByText('目录（未配置）', { exact: true }).click()
      await drawer.getByLabel('外部名称').fill('e.example')
      await shot('account-elsewhere')
      await drawer.getByRole('button', { name: '保存' }).click()
      await drawer.waitFor({ state: 'hidden' })
      await rows().filter({ hasText: 'elsewhere' }).getByText('目录', { exact: true }).waitFor()
      assert.equal(await page.locator('[data-test=secret]').count(), 0)
      await page.getByRole('button', { name: '修改账户 elsewhere' }).click()
      await page.getByRole('menuitem', { name: '解除第二因素' }).waitFor()
      assert.equal(await page.getByRole('menuitem', { name: '重置口令' }).count(), 0)
      await page.keyboard.press('Escape')
      await shot('accounts-ways')
      assert.ok((await window.wide_by()) <= 0)
    }),
  )
}

export async function security_admin_cases({ window, person, check }) {
  const { page, go, shot, rows } = window
  const refused = (body) => window.expect_refusals(body)

  await check(
    'the security administrator gives a role and a scope; administrators exclude each other',
    () =>
      refused(async () => {
        await go('/')
        await sign_in(page, person)
        await page.getByRole('button', { name: `账户 ${tester.login} 的角色与数据范围` }).click()
        const drawer = page.getByRole('dialog')
        const role = (name) => drawer.getByRole('checkbox', { name, exact: true })
        const tick = (name) => drawer.locator('.el-checkbox', { hasText: name }).first().click()
        await tick('系统管理员')
        for (const name of ['安全管理员', '审计管理员', '测评工程师']) {
          assert.ok(await role(name).isDisabled(), name)
        }
        await shot('roles-exclude')
        await tick('系统管理员')
        await tick('测评工程师')
        await tick('全部数据')
        await drawer.getByRole('button', { name: '保存' }).click()
        await drawer.waitFor({ state: 'hidden' })
        await rows().filter({ hasText: tester.login }).getByText('测评工程师').waitFor()
        await shot('accounts')
        await page.getByRole('link', { name: '角色权限' }).click()
        await page.getByRole('heading', { name: '角色权限' }).waitFor()
        await shot('roles')
      }),
    true,
  )
}

export async function tester_cases({ browser, window, people, check }) {
  const { page, go, shot } = window
  const refused = (body) => window.expect_refusals(body)

  await check('without the proofs of entry a provider’s person sees no project data', () =>
    refused(async () => {
      await go('/systems')
      await sign_in(page, tester)
      await page.locator('[data-test=not-cleared]').waitFor()
      await page.getByRole('alert').first().waitFor()
      assert.equal(await page.locator('.el-table__body tbody tr').count(), 0)
      await shot('not-cleared')
    }),
  )

  await check('a changed role changes the pages', () =>
    refused(async () => {
      const other = await browser.open_window()
      await other.expect_refusals(async () => {
        await other.go('/')
        await sign_in(other.page, people.secadmin)
        await other.page
          .getByRole('button', { name: `账户 ${tester.login} 的角色与数据范围` })
          .click()
        const drawer = other.page.getByRole('dialog')
        const tick = (name) => drawer.locator('.el-checkbox', { hasText: name }).first().click()
        await tick('测评工程师')
        await tick('一分中心安全团队')
        await drawer.getByRole('button', { name: '保存' }).click()
        await drawer.waitFor({ state: 'hidden' })
      })
      assert.deepEqual(other.faults, [])
      await other.context.close()
      await go('/systems')
      // The program may end sessions whose rights have changed.
      const form = page.getByLabel('账户', { exact: true })
      const account = page.locator('[data-test=account]')
      await form.or(account).first().waitFor()
      if (await form.isVisible()) await sign_in(page, tester)
      await page.getByText(/^共 \d+ 条$/).waitFor()
      assert.equal(await page.locator('[data-test=not-cleared]').count(), 0)
      await page.getByRole('link', { name: '入场核查' }).click()
      await page.getByRole('heading', { name: '入场核查' }).waitFor()
      await page.getByText('manager').first().waitFor()
      await shot('clearance')
    }),
  )
}

export async function auditor_cases({ window, person, check }) {
  const { page, go, get, shot, rows, query } = window
  const refused = (body) => window.expect_refusals(body)

  await check('the auditor finds who did what, and the chain is sound', () =>
    refused(async () => {
      await go('/audit')
      await sign_in(page, person)
      await rows().first().waitFor()
      await page.getByRole('button', { name: '验证审计链' }).click()
      const result = page.locator('[data-test=verification]')
      await result.getByText(/^审计链完整，共 \d+ 条$/).waitFor()
      const said = Number(/\d+/.exec(await result.getByRole('status').innerText())?.[0])
      assert.ok(said > 20)
      await shot('audit')
      await page.getByRole('textbox', { name: '账户', exact: true }).fill('secadmin')
      await page.waitForFunction(() => location.search.includes('login=secadmin'))
      const { total, items } = await get('/api/audit?login=secadmin&limit=50')
      await page.getByText(`共 ${total} 条`, { exact: true }).waitFor()
      assert.ok(items.some((one) => /role/.test(one.action)), 'the change of roles is an entry')
      const entry = items.find((one) => /role/.test(one.action))
      await page.getByRole('button', { name: `查看审计记录 ${entry.sequence}` }).click()
      await page.getByRole('dialog').getByText(entry.action).first().waitFor()
      await shot('audit-entry')
      await page.keyboard.press('Escape')
      assert.equal(query().get('login'), 'secadmin')
    }),
  )

  await check('the audit leaves as lines, and its leaving is an entry', async () => {
    await go('/audit')
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '导出全部' }).click().then(() => note_export(page)),
    ])
    const lines = readFileSync(await file.path(), 'utf8').trim().split('\n')
    assert.ok(lines.length > 20)
    for (const line of lines) JSON.parse(line)
    const { items } = await get('/api/audit?limit=5')
    assert.ok(items.some((one) => /audit/.test(one.action)))
  })

  await check('the log of exports names purpose and recipient, and the classes', async () => {
    await go('/audit')
    await page.getByRole('button', { name: '导出记录' }).click()
    const row = rows().filter({ hasText: '示例核对' }).first()
    await row.getByText('示例甲').waitFor()
    await page.locator('[data-test="protection-classes"]').getByText('网络安全法').waitFor()
    await shot('exports')
  })
}
