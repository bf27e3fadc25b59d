// SPDX-License-Identifier: Apache-2.0
import 'element-plus/es/components/base/style/css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import { createApp } from 'vue'
import App from './App.vue'
import { i18n, kept_language, use_language } from './i18n'
import { scale_when_printing } from './lib/print'
import { start_theme } from './lib/shell'
import { router } from './router'
import './style.css'

start_theme()
scale_when_printing()
use_language(kept_language())
createApp(App).use(i18n).use(router).mount('#app')
