import type { Vault } from '../vault.ts';

/**
 * Tells the phone that an account had so far that the health pass is on another device now: whoever lost it to
 * somebody else learns so. It bears no name and nothing about health, since the number may be another's by now.
 */
export function deviceMovedMessage(vault: Vault, language: 'zh' | 'en'): string {
  return language === 'zh'
    ? `【${vault.cityName.zh}健康码】您的健康码今天已在登记服务点转移到另一台设备。如非本人办理，请立即致电市民热线或联系卫生健康部门。`
    : `${vault.cityName.en} health pass: your health pass was moved to another device at a registration desk today. If that was not you, call the hotline or the health authority at once.`;
}
