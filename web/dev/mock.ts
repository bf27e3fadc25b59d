// SPDX-License-Identifier: Apache-2.0
// Answers of the program for work on the pages without it (`npm run mock`); never part of a build.
// Objects and items come from content/, verdicts are drawn. DENGCE_MOCK_OBJECTS=n gives n servers.
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Plugin } from 'vite'
import { import_answers, job_answers } from './mock_imports.ts'
import { platform, type Asked } from './mock_platform.ts'
import { portfolio } from './mock_portfolio.ts'
import type * as T from '../src/api/types'

function csv(path: string): Record<string, string>[] {
  const text = readFileSync(new URL(`../../content/${path}`, import.meta.url), 'utf8')
  const rows = text
    .trim()
    .split('\n')
    .map((line) => {
      const cells = [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((one) => one[1] ?? '')
      return cells.map((cell) => cell.replace(/^"|"$/g, '').replace(/""/g, '"'))
    })
  const head = rows.shift() ?? []
  return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i] ?? ''])))
}

let seed = 7
const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647
const words: T.Verdict[] = ['符合', '部分符合', '不符合', '不适用', '待确认']
const draw = (): T.Verdict => {
  const at = random()
  return words[at < 0.6 ? 0 : at < 0.72 ? 1 : at < 0.82 ? 2 : at < 0.88 ? 3 : 4] ?? '符合'
}
const counts_of = (some: T.Verdict[]): T.Counts => {
  const count = (word: T.Verdict) => some.filter((one) => one === word).length
  return {
    compliant: count('符合'),
    partial: count('部分符合'),
    non_compliant: count('不符合'),
    not_applicable: count('不适用'),
    pending: count('待确认'),
  }
}
const worst = (some: T.Verdict[]): T.Verdict =>
  (['不符合', '部分符合', '待确认', '符合'] as const).find((one) => some.includes(one)) ?? '不适用'

const assessment = '019a0000-0000-7000-8000-000000000001'
const snapshot = '019a0000-0000-7000-8000-0000000000aa'
const digest = (text: string) =>
  [...Array(64)]
    .map((_, i) => ((text.charCodeAt(i % text.length) * (i + 7)) % 16).toString(16))
    .join('')

const demo_objects = csv('demo/objects.csv')
const servers = Number(process.env.DENGCE_MOCK_OBJECTS ?? 0)
const objects: T.WorksheetObject[] = [
  ...demo_objects.map((row) => ({
    id: row.id ?? '',
    object_class: row.class ?? '',
    name: row.name ?? '',
    importance: row.importance ?? '',
    origin: row.class === '服务器' ? 'bundle' : 'people',
    bundle: row.class === '服务器' ? digest(row.id ?? '') : '',
    selected: row.selected === 'yes',
  })),
  ...[...Array(servers)].map((_, i) => ({
    id: `host-${i}`,
    object_class: '服务器',
    name: `演示-批量服务器-${i}`,
    importance: '一般',
    origin: 'bundle',
    bundle: digest(`host-${i}`),
    selected: true,
  })),
]
const rows3 = csv('standard/gbt22239-2019/items.csv').filter(
  (row) => row.level === '3' && row.extension === 'general',
)
const items: T.WorksheetItem[] = rows3.map((row) => ({
  code: row.code ?? '',
  clause: row.clause ?? '',
  letter: row.letter ?? '',
  layer: row.layer ?? '',
  control_point: row.control_point ?? '',
  extension: 'general',
  text: row.text ?? '',
  verdict: '待确认',
}))
const records: T.WorksheetRecord[] = []
objects.forEach((object, o) => {
  items.forEach((_, i) => {
    const classes = (rows3[i]?.object_classes ?? '').split('|')
    const management = object.object_class === '安全管理体系' && classes.includes('管理文档')
    if (
      object.object_class !== '管理文档' &&
      (classes.includes(object.object_class) || management)
    ) {
      const verdict = draw()
      records.push({
        object: o,
        item: i,
        verdict,
        text:
          verdict === '待确认'
            ? ''
            : `PermitRootLogin 取值为 prohibit-password，密码认证已关闭；${object.name} 的口令最长使用期限为 99999 天。`,
        reason: verdict === '待确认' ? '缺少 /etc/shadow 的读取权限，待询问管理员' : '',
        machine: object.object_class === '服务器',
      })
    }
  })
})
items.forEach((item, i) => {
  item.verdict = worst(records.filter((one) => one.item === i).map((one) => one.verdict))
})
const layers = [...new Set(items.map((item) => item.layer))]

const schemes: T.Scheme[] = ['2021', '2025'].map((scheme) => ({
  scheme,
  value: '61.23',
  low: '61.23',
  high: '84.50',
  conclusion: null,
  conclusion_low: scheme === '2021' ? '差' : '不符合',
  conclusion_high: scheme === '2021' ? '良' : '基本符合',
  clause: '尚有待确认的测评项，结论未定',
  complete: false,
  applicable: 205,
  counts: counts_of(items.map((item) => item.verdict)),
  technical: scheme === '2021' ? '30.11' : '',
  management: scheme === '2021' ? '31.12' : '',
}))

const systems = (): T.SystemList => {
  const all = csv('portfolio/systems.csv').map((row, i) => ({
    id: `s${i}`,
    number: Number(row.no),
    name: row.name ?? '',
    team: row.team ?? '',
    level: Number(row.level),
    assessments:
      i === 20
        ? [
            {
              id: assessment,
              round: '初测',
              sag: 'S3A3',
              demo: true,
              snapshot,
              taken: '2026-11-22T08:00:00Z',
              schemes,
            },
          ]
        : [],
  }))
  return { total: all.length, systems: all }
}

const problems: T.SecurityProblem[] = csv('demo/risks.csv')
  .slice(0, 60)
  .map((row, i) => ({
    number: `T${String(i + 1).padStart(3, '0')}`,
    description: row.problem ?? '',
    layer: items.find((item) => item.code === row.code)?.layer ?? '',
    control_point: items.find((item) => item.code === row.code)?.control_point ?? '',
    verdict: '部分符合',
    threat: row.threat ?? '',
    analysis: row.analysis ?? '',
    risk: i < 2 ? '' : (row.risk ?? ''),
    overall_change: row.change ?? '',
    high_risk_case: row.case ?? '',
    mitigation: row.mitigation ?? '',
    hazard: row.hazard === 'yes',
    advice: row.advice ?? '',
    codes: [row.code ?? ''],
    objects: (row.object ?? '')
      .split('|')
      .map((id) => ({ id, name: objects.find((one) => one.id === id)?.name ?? id })),
  }))

const result = (): T.Result => ({
  snapshot,
  taken: '2026-11-22T08:00:00Z',
  demo: true,
  facts: {
    system_name: csv('portfolio/systems.csv')[20]?.name ?? '',
    level: '第三级',
    sag: 'S3A3',
    round: '初测',
    report_number: 'DEMO-0001',
  },
  versions: { standard: digest('standard'), check: digest('check'), scheme: digest('scheme') },
  schemes,
  layers: layers.map((layer) => {
    const counts = counts_of(
      items.filter((item) => item.layer === layer).map((item) => item.verdict),
    )
    const base = counts.compliant + counts.partial + counts.non_compliant + counts.pending
    return { layer, rate: base ? ((100 * counts.compliant) / base).toFixed(2) : '', items: counts }
  }),
  control_points: [...new Set(items.map((item) => `${item.layer}/${item.control_point}`))].map(
    (key) => {
      const some = items
        .filter((item) => `${item.layer}/${item.control_point}` === key)
        .map((item) => item.verdict)
      const [layer = '', control_point = ''] = key.split('/')
      return {
        layer,
        control_point,
        extension: 'general',
        verdict: worst(some),
        items: counts_of(some),
      }
    },
  ),
  problems,
  hazards: csv('risk/major-hazard-2025.csv').map((row, i) => ({
    number: Object.values(row)[0] ?? '',
    title: Object.values(row)[1] ?? '',
    triggered: i % 9 === 0,
    problems: i % 9 === 0 ? ['T003'] : [],
  })),
})

function record(object_id: string, code: string): T.RecordDetail | null {
  const o = objects.findIndex((one) => one.id === object_id)
  const i = items.findIndex((one) => one.code === code)
  const found = records.find((one) => one.object === o && one.item === i)
  const item = items[i]
  const object = objects[o]
  if (!found || !item || !object) return null
  const source = object.bundle
    ? {
        bundle: object.bundle,
        path: '/etc/ssh/sshd_config',
        line: 33,
        excerpt: 'PermitRootLogin prohibit-password',
      }
    : null
  const point = (
    number: number,
    status: T.PointStatus,
    check: string,
    person: string,
  ): T.Point => ({
    point: number,
    text: '查看远程登录服务的配置，确认管理员不能以超级用户身份直接登录',
    method: '核查',
    status,
    check,
    person,
    reason:
      status === 'unknown'
        ? '没有读到 /etc/shadow，请询问管理员口令策略'
        : 'PermitRootLogin 取值为 prohibit-password',
    advice: status === 'fail' ? '将 PermitRootLogin 设为 no 并重启服务' : '',
    source: check && status !== 'unknown' ? source : null,
  })
  return {
    snapshot,
    object: object.id,
    object_name: object.name,
    code,
    clause: item.clause,
    letter: item.letter,
    text: item.text,
    rule: 'all',
    verdict: found.verdict,
    record: found.text,
    reason: found.reason,
    points: found.machine
      ? [
          point(1, 'pass', 'linux-ssh-root-login', ''),
          point(2, 'fail', 'linux-ssh-root-login', ''),
          point(3, 'unknown', 'linux-password-age', ''),
        ]
      : [point(1, 'pass', '', '测评员甲')],
  }
}

function evidence(query: URLSearchParams, bundle: string): T.Evidence {
  const line = Number(query.get('line') ?? 0)
  const context = Number(query.get('context') ?? 5)
  const first = Math.max(1, line - context)
  return {
    bundle,
    bundle_sha256: digest('bundle'),
    file_name: 'server-default.tar.gz',
    target: 'demo-app-01',
    received: '2026-11-22T07:59:00Z',
    collected: '2026-11-22T07:40:00Z',
    collector: 'linux 1',
    path: query.get('path') ?? '',
    line,
    bytes: 3254,
    sha256: digest('file'),
    sm3: digest('file3'),
    more: true,
    lines: [...Array(line + context - first + 1)].map((_, i) => ({
      number: first + i,
      text:
        first + i === line
          ? 'PermitRootLogin prohibit-password'
          : `#Option${first + i} default-value`,
    })),
  }
}

function answer(url: URL): unknown {
  const part = url.pathname.split('/').filter(Boolean).slice(1).map(decodeURIComponent)
  const [kind, id, page, one, two] = part
  if (kind === 'assessments-overview') return systems()
  if (kind === 'evidence' && id) return evidence(url.searchParams, id)
  if (kind === 'checks' && id) {
    return {
      id,
      title: '禁止 root 通过 SSH 直接登录',
      sql: "SELECT CASE WHEN value = 'no' THEN 'pass' ELSE 'fail' END AS status,\n       value AS reason, source\nFROM sshd_setting WHERE keyword = 'permitrootlogin'",
      advice: '',
      file: `check/linux/${id}.yaml`,
    }
  }
  if (kind !== 'assessments' || id !== assessment) return null
  if (page === 'result') return result()
  if (page === 'worksheet') return { snapshot, objects, items, records }
  if (page === 'records' && one && two) return record(one, two)
  if (page === 'derivation') {
    return {
      scheme: one,
      derivation: items.map((item) => ({
        code: item.code,
        layer: item.layer,
        x: { 符合: '1', 部分符合: '0.5', 不符合: '0', 不适用: '-', 待确认: '?' }[item.verdict],
        weight: '一般',
        lost: item.verdict === '不符合' ? '0.49' : '0.00',
        objects: ['演示-业务数据库-01'],
      })),
    }
  }
  if (page === 'documents' && !one) {
    return {
      snapshot,
      documents: ['2025', '2021'].flatMap((scheme) =>
        ['docx', 'xlsx', 'pdf'].map((format) => ({
          name: `${scheme}版等级测评报告-演示.${format}`,
          scheme,
          format,
          url: `/api/assessments/${assessment}/documents/${scheme}/${format}`,
          available: !(scheme === '2021' && format === 'pdf'),
          reason: scheme === '2021' && format === 'pdf' ? '未安装 LibreOffice，无法生成 PDF' : '',
        })),
      ),
    }
  }
  return null
}

export function mockApi(): Plugin {
  return {
    name: 'dengce-mock',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use(
        async (request: IncomingMessage, response: ServerResponse, next: () => void) => {
          const url = new URL(request.url ?? '/', 'http://localhost')
          if (!url.pathname.startsWith('/api/')) return next()
          let text = ''
          for await (const piece of request) text += piece
          const json = request.headers['content-type']?.includes('json') && text
          const asked: Asked = {
            method: request.method ?? 'GET',
            parts: url.pathname.split('/').filter(Boolean).slice(1).map(decodeURIComponent),
            query: url.searchParams,
            body: json ? JSON.parse(text) : { text },
            version: request.headers['if-match']
              ? Number(request.headers['if-match'].replaceAll('"', ''))
              : null,
          }
          const found = platform(asked) ?? portfolio(asked) ?? import_answers(asked) ?? job_answers(asked)
          const body = found ? found.body : answer(url)
          const status = found?.status ?? (body ? 200 : 404)
          response.statusCode = status
          response.setHeader(
            'Content-Type',
            status < 400 ? 'application/json' : 'application/problem+json',
          )
          response.end(
            JSON.stringify(
              body ?? { code: 'not_found', title: '没有此记录', status: 404, problems: [] },
            ),
          )
        },
      )
    },
  }
}
