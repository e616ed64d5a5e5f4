import type { ProblemName } from '@health-kit/api';
import type { LanguageHead } from '../languages.ts';
import type { SameKeys } from '../messages.ts';
import type { ProblemText } from '../problemTexts.ts';
import type { texts as english } from './en.ts';

export const language: LanguageHead = { name: '中文', tag: 'zh-Hans', locale: 'zh-Hans-CN', direction: 'ltr', words: 'zh' };

/** 共用组件的中文文案。 */
export const texts: SameKeys<typeof english> = {
  header: {
    language: '语言',
    largeType: '大字',
    largeTypeShort: '大字',
    skip: '跳到正文',
  },
  close: '关闭',
  back: '返回',
  optional: '选填',
  charactersLeft: '还可输入 {{count}} 字',
  errorSummary: { title: '请检查以下内容' },
  errorPrefix: '错误：',
  loading: '正在加载…',
  steps: '第 {{current}} 步，共 {{total}} 步',
  noticeKind: { info: '提示', success: '已完成', warning: '重要', problem: '出现问题' },
  tryAgain: '重试',
  offline: '当前没有网络',
  call: '拨打 {{number}}',
  qr: '二维码',
  scanner: {
    starting: '正在打开相机…',
    searching: '请将二维码对准取景框。',
    video: '相机画面',
    torchOn: '打开手电筒',
    torchOff: '关闭手电筒',
    refusedTitle: '未获准使用相机',
    refused: '请在浏览器的网站设置（地址栏旁的图标）中允许使用相机，然后重试。',
    missingTitle: '没有找到相机',
    missing: '请连接相机，或使用下面的其他方式。',
    missingAlone: '这一步需要相机，请连接后重试。',
    busyTitle: '相机无法打开',
    busy: '可能有其他应用正在使用相机。请关闭该应用后重试。',
    insecureTitle: '本页面不能使用相机',
    insecure: '浏览器只允许安全页面使用相机。请用 https 开头的网址打开本站。',
    decoderTitle: '识码组件加载失败',
    decoder: '请检查网络后重试。',
    otherWays: '其他方式',
    picture: '选择一张二维码图片',
    pictureEmpty: '这张图片中没有找到二维码。请选择一张完整、清晰的图片。',
    typed: '粘贴或输入码的文字内容',
    typedHint: '也可以使用键盘式扫码枪。',
    typedSubmit: '使用这段文字',
  },
  notFound: { title: '没有这个页面', text: '网址可能有误。', action: '回到首页' },
  broken: {
    title: '本页面出现问题',
    text: '您的数据是安全的：已保存和已提交的内容没有丢失。请重新加载页面后继续。',
    reload: '重新加载',
    notLoadedTitle: '本页未能加载',
    notLoaded: '网络没有连接，或应用刚刚更新过。请检查网络，然后重新加载。',
  },
  failure: {
    offlineTitle: '没有网络连接',
    offline: '暂时连接不上服务。请检查网络后重试。',
    malformedTitle: '未收到服务本身的答复',
    malformed: '本机与服务之间有其他设备代为答复（{{answer}}）。请重试；如使用公共网络，请先打开其登录页面。',
    unexpectedTitle: '本机出现问题',
    unexpected: '请重新加载页面后再试。',
  },
  trust: {
    unsigned: {
      title: '服务未能证明其密钥',
      detail: '签名缺失或无效，因此未使用这些密钥。来自服务的内容可能被人改动。请换一个网络重试；如仍然如此，请致电卫生健康部门。',
    },
    'other-root': {
      title: '这不是本机所认识的服务',
      detail: '它的密钥由另一个信任根签署，与本机记住的或您的链接中指明的不同，因此未被使用。请先用您从别处得知的号码致电卫生健康部门，再继续操作。',
    },
    older: {
      title: '服务出示的是旧密钥',
      detail: '比本机见过的更旧，或已超过一天，因此未被使用。请检查本机的日期和时间，过几分钟再试；如仍然如此，请致电卫生健康部门。',
    },
    expired: {
      title: '服务的密钥说明已过期',
      detail: '已不再可信。请检查本机的日期和时间，然后联网重试。',
    },
    clock: {
      title: '本机时钟偏慢',
      detail: '服务的密钥来自更晚的时间。请将日期和时间设为自动，然后重试。',
    },
    anew: '系统已重新建立，我有新的指纹',
    anewText: '新信任根的指纹请从卫生健康部门的公告或运维人员处获取，不要采用本服务任何页面上的内容。',
    typed: '新信任根的指纹',
    typedHint: '共 64 位，由数字和字母 a 至 f 组成；空格无关紧要。',
    adopt: '记住这个信任根',
    errors: {
      'not-a-fingerprint': '请输入指纹的全部 64 位数字和字母。',
      another: '此处应答的服务没有这个信任根。未作任何更改。',
      unreachable: '暂时连接不上服务。请检查网络后重试。',
    },
  },
};

/** packages/api 中各类问题的中文说明；新增问题如没有中文说明，编译不通过。 */
export const problems: Readonly<Record<ProblemName, ProblemText>> = {
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
