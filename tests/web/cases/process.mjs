// SPDX-License-Identifier: Apache-2.0
// From the plan to the site: a plan drafted, reviewed by somebody else, signed by the client; the
// gate opens. The window is that of a person of the client's security team.
import assert from 'node:assert/strict'
import { sign_in } from '../people.mjs'

const proofs = [
  'training',
  'background_check',
  'no_criminal_record',
  'agreement_of_company',
  'agreement_with_employer',
  'agreement_with_centre',
  'entry_application',
]

export async function process_cases({ browser, window, people, check, base }) {
  const windows = []
  async function enter(person) {
    const other = await browser.open_window()
    windows.push(other)
    await other.expect_refusals(async () => {
      await other.go('/')
      await sign_in(other.page, person)
    })
    return other
  }
  async function send(from, method, path, body, version) {
    const { csrf } = await from.get('/api/session')
    const answer = await from.context.request.fetch(new URL(path, base).href, {
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
  // A reviewer of the provider, with the proofs of entry.
  async function new_reviewer() {
    const sysadmin = await enter(people.sysadmin)
    const secadmin = await enter(people.secadmin)
    const person = { login: 'reviewer', next: 'Zhou5-Wu6-Zheng7-8', secret: '', used: 0 }
    const made = await send(sysadmin, 'POST', '/api/accounts', { login: person.login, name: '测试员丁' })
    person.password = made.password
    const path = `/api/accounts/${made.id}`
    await send(secadmin, 'PUT', `${path}/roles`, { roles: ['quality_reviewer'] }, 1)
    const scope = { everything: true, contracts: [], teams: [], systems: [] }
    await send(secadmin, 'PUT', `${path}/scope`, scope, 2)
    const list = proofs.map((kind) => ({ kind, day: '2026-06-01', proof: '编号 1' }))
    await send(window, 'PUT', `${path}/clearance`, { proofs: list }, 3)
    return enter(person)
  }

  let manager
  let reviewer
  let system
  const path = () => `/api/systems/${system.id}`
  const sheet = () => manager.get(`${path()}/stages`)
  async function change_stage(name, change) {
    const { version } = (await sheet()).stages.find((one) => one.stage === name)
    return send(manager, 'PATCH', `${path()}/stages/${name}`, change, version)
  }
  async function take(from, product, step, body = {}) {
    const { version } = (await sheet()).products.find((one) => one.product === product)
    return send(from, 'POST', `${path()}/products/${product}/${step}`, body, version)
  }
  // In the page: the step's button, what the form asks for, save.
  async function press(from, label, fill = async () => {}, title = label) {
    await from.go(`/systems/${system.id}?tab=stages`)
    await from.page.getByRole('button', { name: label, exact: true }).click()
    const drawer = from.page.getByRole('dialog', { name: title })
    await fill(drawer)
    await drawer.getByRole('button', { name: '保存' }).click()
    await drawer.waitFor({ state: 'hidden' })
  }
  const stage_of = (from, name) => from.page.getByRole('region', { name, exact: true })

  await check('planned dates of all systems are looked at, then written', async () => {
    manager = await enter(people.manager)
    const { page } = manager
    await manager.go('/progress')
    await page.getByRole('button', { name: '排计划' }).click()
    const drawer = page.getByRole('dialog', { name: '排计划' })
    await drawer.getByRole('button', { name: '选入全部系统' }).click()
    await drawer.getByRole('button', { name: '预览' }).click()
    await drawer.getByRole('heading', { level: 3 }).first().waitFor()
    assert.ok((await manager.get('/api/progress')).items.every((one) => one.stages.length === 0))
    await manager.shot('plan-preview')
    await drawer.getByRole('button', { name: '写入计划' }).click()
    await drawer.getByText('计划已写入').waitFor()
    assert.ok((await manager.get('/api/progress')).items.every((one) => one.stages.length === 8))
    await page.keyboard.press('Escape')
    await manager.shot('progress-board')
    assert.ok((await manager.wide_by()) <= 0, 'the board is not wider than the window')
    await manager.go('/progress?view=gantt')
    const bars = page.getByRole('img', { name: /计划/ })
    await bars.first().waitFor()
    assert.ok((await bars.count()) >= 8 * 39)
    assert.ok((await manager.wide_by()) <= 0, 'the Gantt chart is not wider than the window')
    await manager.shot('progress-gantt')
    await page.setViewportSize({ width: 1920, height: 1080 })
    await page.locator('button.language').click()
    await page.getByRole('heading', { name: 'Progress' }).waitFor()
    await page.evaluate(() => document.documentElement.classList.add('dark'))
    await manager.shot('progress-gantt-dark')
    await page.evaluate(() => document.documentElement.classList.remove('dark'))
    await page.locator('button.language').click()
    await page.getByRole('heading', { name: '进度' }).waitFor()
    await page.setViewportSize({ width: 1366, height: 768 })
  })

  await check('the gate to the site opens when the client has signed', async () => {
    reviewer = await new_reviewer()
    system = (await manager.get('/api/systems')).items[3]
    const { today } = await sheet()
    await change_stage('prepare', { actual_from: today, planned_from: today, planned_to: today })
    for (const product of ['project_plan', 'survey', 'guidebook', 'authorisation']) {
      await take(manager, product, 'draft')
      await take(reviewer, product, 'review')
    }
    await change_stage('prepare', { actual_to: today })
    await change_stage('plan', { actual_from: today })
    await take(window, 'authorisation', 'signature')
    await send(manager, 'POST', '/api/risk-notices', {
      system_id: system.id,
      risks: '可能短时变慢',
      measures: '避开高峰',
      backup_state: '已备份',
      told_day: today,
      confirmed_by: '测试员丙',
      confirmed_day: today,
    })

    await press(manager, '开始编制：测评方案')
    await stage_of(manager, '方案').getByText('编制中').waitFor()
    assert.equal(await manager.page.getByRole('button', { name: '签字：测评方案' }).count(), 0)
    await press(reviewer, '审核通过：测评方案')
    await stage_of(manager, '现场').getByText('《测评方案》尚未签字（现为编制中）').waitFor()
    await window.go(`/systems/${system.id}?tab=stages`)
    await stage_of(window, '现场').getByText('《测评方案》尚未签字（现为已审核）').waitFor()
    await window.shot('stages-missing')
    await press(window, '签字：测评方案')
    await stage_of(window, '方案').getByText('测试员丙 · 本人账户签字').waitFor()
    await change_stage('plan', { actual_to: today })
    await manager.go(`/systems/${system.id}?tab=stages`)
    await stage_of(manager, '方案').getByText('已完成').waitFor()
    assert.equal(await stage_of(manager, '现场').getByText('尚不能开始').count(), 0)
    const begin_today = async (drawer) => {
      const from = drawer.getByLabel('实际开始')
      await from.fill(today)
      await from.press('Enter')
    }
    await press(manager, '修改 现场', begin_today, '现场')
    await stage_of(manager, '现场').getByText('进行中').waitFor()
    assert.ok((await manager.wide_by()) <= 0)
    await manager.shot('stages')
    await manager.page.getByRole('button', { name: '《测评方案》的历史' }).click()
    const history = manager.page.getByRole('dialog', { name: '《测评方案》的历史' })
    await history.getByText('测试员丙 · 本人账户签字').waitFor()
    await manager.shot('product-history')
    // It lies above everything else.
    await history.locator('.el-drawer__close-btn').click()
    await history.waitFor({ state: 'hidden' })
  })

  await check('a test from the internet is approved by the client', async () => {
    const { today } = await sheet()
    await send(manager, 'POST', '/api/internet-tests', {
      system_id: system.id,
      targets: 'www.example.test',
      methods: '端口和漏洞扫描',
      planned_from: today,
      planned_to: today,
    })
    await manager.go('/internet-tests')
    await manager.page.getByText('待批准').waitFor()
    assert.equal(await manager.page.getByRole('button', { name: '批准' }).count(), 0)
    await window.go('/internet-tests')
    window.page.once('dialog', (dialog) => dialog.accept())
    await window.page.getByRole('button', { name: '批准' }).click()
    await window.page.getByText(`测试员丙 批准于 ${today}`).waitFor()
    await window.shot('internet-tests')
  })

  await check('the calendar shows who does what', async () => {
    const { items } = await manager.get('/api/progress/people')
    const lead = items.find((one) => one.name === '示例项目经理') ?? items[0]
    await change_stage('onsite', { lead: lead.account_id })
    await manager.go('/progress?view=calendar')
    await manager.page.getByText(lead.name).first().waitFor()
    await manager.page.getByText(`现场 · ${system.name}`).waitFor()
    assert.ok((await manager.wide_by()) <= 0)
    await manager.shot('people-calendar')
  })
  for (const one of windows) {
    assert.deepEqual(one.faults, [])
    await one.context.close()
  }
}
