import { problemTypes, problemTypeUri, type ProblemName } from '@health-kit/api';
import type { Language } from './i18n.ts';

/** What a person reads of a problem: what happened, and what to do now. */
export interface ProblemText {
  readonly title: string;
  readonly detail: string;
}

/** The catalogue of packages/api in Chinese; a new problem without a translation does not compile. */
const chinese: Readonly<Record<ProblemName, ProblemText>> = {
  'invalid-request': { title: '填写的内容有误', detail: '请更正标出的内容，然后重新提交。' },
  'not-authorized': { title: '身份证明缺失或无效', detail: '请在本机重新登录，然后再试一次。' },
  'not-permitted': { title: '没有权限', detail: '您的岗位不包含这项操作。' },
  'identity-not-proven': { title: '身份尚未核验', detail: '请先携带证件到登记服务点核验身份。' },
  'request-timeout': { title: '请求未能及时送达', detail: '请再试一次；同一请求只计一次。' },
  'not-found': { title: '没有找到', detail: '这里没有可供您查看的内容。' },
  'code-refused': { title: '验证码不正确', detail: '请查看最新一条短信并重新输入，或重新获取验证码。' },
  'pass-refused': { title: '健康码未被接受', detail: '请让对方重新打开应用，并扫描屏幕上当前显示的码。' },
  'document-mismatch': { title: '录入内容与登记信息不一致', detail: '请核对证件与录入内容；如证件无误，请居民用正确的信息重新登记。' },
  'document-held': { title: '该证件暂时不能再次核验', detail: '使用该证件的账户不久前已删除。何时可以为新账户核验，请拨打卫生健康部门热线咨询。' },
  'venue-code-refused': { title: '这不是本市的场所码', detail: '请不要相信这张海报，并告知场所工作人员；入口处可改为出示您的健康码。' },
  'gate-ended': { title: '本入口已终止', detail: '负责人已停用本入口，或场所已终止。请勿再用本机放行；场所负责人可以重新设置。' },
  'specimen-unknown': { title: '没有这个条码的样本', detail: '请先扫描健康码和采样管登记样本，再提交结果。' },
  'result-refused': { title: '结果未被接受', detail: '结果与样本信息不一致，没有保存任何内容。' },
  'proposal-refused': { title: '提议未被接受', detail: '请检查接触者、法律依据和截止时间，然后重新提议。' },
  'approval-refused': { title: '审批未被接受', detail: '须由另一部门的另一名工作人员用通行密钥审批。' },
  'disclosure-refused': { title: '披露无法打开', detail: '只有提出申请的会话，在另一名人员批准后，并在期限内才能打开。' },
  'account-stopped': { title: '您的账号已被冻结', detail: '账号由隐私保护官冻结，或因查看异常而自动冻结。请联系本单位的隐私保护官：只有隐私保护官可以解除冻结。' },
  conflict: { title: '此前已有不同的处理', detail: '请重新加载，查看当前状态后再决定。' },
  'too-large': { title: '内容过大', detail: '请分几次提交。' },
  'unsupported-media-type': { title: '不支持的内容类型', detail: '请发送 application/json，或该操作指定的类型。' },
  'too-many-requests': { title: '操作过于频繁', detail: '请稍候再试。' },
  'internal-error': { title: '服务出现问题', detail: '问题已记录（不含您的信息），请稍后再试。' },
  unavailable: { title: '服务暂时不可用', detail: '请再试一次；同一请求只计一次。' },
};

const nameOfType = new Map(Object.keys(problemTypes).flatMap((key) => {
  return isProblemName(key) ? [[problemTypeUri(key), key] as const] : [];
}));

function isProblemName(value: string): value is ProblemName {
  return Object.hasOwn(problemTypes, value);
}

/** The name behind a problem's stable `type`; null for one that is not in the catalogue. */
export function problemName(type: string): ProblemName | null {
  return nameOfType.get(type) ?? null;
}

/** A problem's text by its stable `type`; a type that is not in the catalogue reads as an internal error. */
export function problemText(type: string, language: Language): ProblemText {
  const name = problemName(type) ?? 'internal-error';
  return language === 'zh' ? chinese[name] : problemTypes[name];
}
