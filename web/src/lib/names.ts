// SPDX-License-Identifier: Apache-2.0
// Words of the field in the reader's language; what has no translation stays as it came.
import { useI18n } from 'vue-i18n'
import type { PointStatus, Scheme, Verdict } from '../api/types'
import { conclusion_text } from './format'

export function useNames() {
  const { t, te } = useI18n()
  const named = (group: string) => (word: string) => {
    const key = `${group}.${word}`
    return te(key) || te(key, 'zh-CN') ? t(key) : word
  }
  const conclusion = named('conclusion')
  return {
    verdict: named('verdict') as (verdict: Verdict) => string,
    status: named('status') as (status: PointStatus) => string,
    layer: named('layer'),
    extension: named('extension'),
    level: (level: number) => named('level')(String(level)),
    origin: named('origin'),
    rule: named('rule'),
    fact: named('facts'),
    version: named('result.version'),
    scheme: named('result.scheme'),
    resource: named('resource'),
    action: named('action'),
    party: named('party'),
    event: named('event.kinds'),
    conflict: named('conflict.kinds'),
    data_class: named('data.classes'),
    personal: named('data.personals'),
    asset_class: named('asset.classes'),
    harmed: named('grading.objects'),
    harm: named('grading.degrees'),
    file_kind: named('files.kinds'),
    importance: named('asset.importances'),
    // "session.open": the resource and what was done to it.
    audited: (action: string) => {
      const [resource = '', verb = ''] = action.split('.')
      const done = te(`audit.verbs.${verb}`) ? t(`audit.verbs.${verb}`) : named('action')(verb)
      return [named('resource')(resource), done].filter(Boolean).join(' · ')
    },
    outcome: named('audit.outcomes'),
    value: named('result.value'),
    risk: (risk: string) => named('risk')(risk || 'none'),
    conclusion: (scheme: Scheme) =>
      conclusion_text(scheme).split(' ～ ').map(conclusion).join(' ～ '),
  }
}
