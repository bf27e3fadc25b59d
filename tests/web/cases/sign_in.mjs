// SPDX-License-Identifier: Apache-2.0
// From a generated password to an account with a second factor, and back in at another time.
import assert from 'node:assert/strict'
import { code_of, give_password, sign_in, sign_out, totp } from '../people.mjs'

export async function sign_in_cases({ window, person, check }) {
  const { page, go, shot } = window
  const refused = (body) => window.expect_refusals(body)

  await check('signed out, a page asks for the account and shows nothing else', () =>
    refused(async () => {
      await go('/assessments?level=2')
      await page.getByRole('heading', { name: '登录' }).waitFor()
      assert.equal(await page.locator('nav').count(), 0)
      assert.equal(await page.locator('table').count(), 0)
      await shot('sign-in')
    }),
  )

  await check('a wrong password is refused, and not said to be the wrong one', () =>
    refused(async () => {
      const said = []
      for (const login of [person.login, 'nobody-of-that-name']) {
        await go('/')
        await give_password(page, { login, password: 'Wrong-Pass-0rd' })
        said.push(await page.getByRole('alert').locator('.el-alert__title').innerText())
        assert.equal(await page.getByLabel('口令', { exact: true }).inputValue(), '')
      }
      assert.equal(said[0], said[1])
      await shot('wrong-password')
    }),
  )

  await check(
    'the first sign-in asks for a new password and an authenticator, then opens the page asked for',
    () =>
      refused(async () => {
        await go('/assessments?level=2')
        await sign_in(page, person, shot)
        await page.waitForURL('**/assessments?level=2')
        assert.equal(person.recovery.length, 10)
      }),
    true,
  )

  await check('the next sign-in takes the code of the authenticator, and each code once', () =>
    refused(async () => {
      await sign_out(page)
      const used = totp(person.secret, person.used)
      await give_password(page, person)
      await page.getByRole('heading', { name: '第二因素验证' }).waitFor()
      await page.getByLabel('动态验证码').fill(used)
      await page.getByRole('button', { name: '继续' }).click()
      await page.getByRole('alert').waitFor()
      await page.getByLabel('动态验证码').fill(await code_of(person))
      await page.getByRole('button', { name: '继续' }).click()
      await page.locator('[data-test=account]').waitFor()
    }),
  )

  await check('a session ended elsewhere asks to sign in again and goes on where it was', () =>
    refused(async () => {
      await go('/assessments?level=2')
      await window.context.clearCookies()
      await page.getByRole('link', { name: '概览' }).click()
      await page.getByText('会话已结束').waitFor()
      await sign_in(page, person)
      await page.waitForURL('**/overview')
    }),
  )
}
