// SPDX-License-Identifier: Apache-2.0
import { createI18n } from 'vue-i18n'
import { en } from './en'
import { zh } from './zh-CN'

export type Language = 'zh-CN' | 'en'

const kept = 'dengce.language'

export function kept_language(): Language {
  return localStorage.getItem(kept) === 'en' ? 'en' : 'zh-CN'
}

export const i18n = createI18n({
  legacy: false,
  locale: kept_language(),
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': zh, en },
})

export function use_language(language: Language) {
  i18n.global.locale.value = language
  localStorage.setItem(kept, language)
  document.documentElement.lang = language
}
