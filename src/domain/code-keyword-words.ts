/**
 * Words of many languages that speak of codes. Written for people, folded before use. `_` is a blank or a hyphen;
 * a word that closes with `*` takes any ending.
 */

/** Names of the code itself. */
export const NAMES = `
  code codes passcode passcodes passphrase otp otps totp pin pins tan mtan mobiletan pushtan smstan chiptan token
  codi codis codul* coduri* cod codice codici codigo* código* codice clave claves contraseña* senha senhas palavra-passe
  mot_de_passe
  kod kodu kody kodem kodunuz* kodun kodunu kodın kodu* kodo kodas kodą kods kood koodi* kode koden koda kodom kôd
  kód kódja* kódot kóði* kodi kodea heslo* hasło* jelszó* parola* parolă* lozinka* geslo* şifre* sifre* şifrə*
  salasan* tunnusluku* slaptažod* parool*
  code-pin msimbo nambari_ya_siri namba_ya_siri uthibitisho ikhodi kata_laluan kata_sandi
  mã_otp mã_xác* mã_pin mã_đăng* mã_bảo* mã_kích* mã_của mã_là mã_giao_dịch_otp mật_khẩu* mã_này mã_số_xác*
  код кода кодом коды кодът кодот кодын пароль пароля паролем парола* лозинка* кодаш
  κωδικ* κωδ
`;

/** Ends of words that languages from Dutch to Estonian put together: `Bestätigungscode`, `engangskode`, `kinnituskood`. */
export const COMPOUND_ENDS =
  'code kod kode kood koodi password passwort kennwort wachtwoord wagwoord lösenord passord salasana';

/** For scripts in which words are not set apart, or take prefixes: found anywhere. */
export const NAMES_ANYWHERE = `
  验证码 校验码 检验码 动态码 动态密码 动态口令 确认码 激活码 授权码 登录码 登陆码 安全码 短信密码 随机码 口令 密码 认证码 代码 识别码
  驗證碼 認證碼 確認碼 密碼 動態密碼 校驗碼 安全碼 代碼
  認証コード 確認コード セキュリティコード ログインコード 認証番号 確認番号 コード パスワード 暗証番号 ワンタイム
  인증번호 인증_번호 인증코드 인증_코드 확인코드 확인_코드 보안코드 코드 비밀번호 승인번호
  رمز كود کد كلمة_المرور کوڈ رقم_التحقق الرقم_السري رقم_سري او_ٹی_پی پاس_ورڈ
  קוד סיסמ कोड कूट ओटीपी पासवर्ड संकेतांक কোড ওটিপি পাসওয়ার্ড குறியீடு கடவுச்சொல் ஓடிபி கோட் కోడ్ ఓటీపీ పాస్‌వర్డ్
  કોડ ઓટીપી પાસવર્ડ ਕੋਡ ਓਟੀਪੀ ಕೋಡ್ ಒಟಿಪಿ കോഡ് ഒടിപി ഒറ്റത്തവണ කේතය රහස්
  รหัส โอทีพี ລະຫັດ លេខកូដ កូដ ကုဒ် ကုတ် կոդ კოდი კოდია ኮድ
`;

/** What one does with a code. */
export const ACTS = `
  verify verifies verifying verified verification confirm confirming confirmation login log_in logging_in signin sign_in
  signing_in type authenticate authenticating authentication authorize authorise authorization one-time enter
  2fa mfa two-factor two-step
  bestätig* anmeld* einlogg* verifizier* confirmer* confirmez vérifi* connexion connecter identifi* authentifi*
  verific* confirm* acceder acceso iniciar_sesión acesso entrar accedi accesso accedere conferma* inloggen aanmeld*
  bevestig* verifieer* logga_in verifiera* bekräft* log_ind bekræft* logg_inn bekreft* vahvist* kirjaudu* kirjautu*
  potwierdz* zalog* logowan* uwierzytel* ověř* overen* overov* přihláš* prihlás* belép* megerősít* azonosít* autentific* conect*
  potvrd* prijav* giriş* doğrula* onay* tesdiq* xác_thực xác_nhận xác_minh đăng_nhập verifikasi konfirmasi masuk pengesahan
  подтвер* подтверж* вход* войти авториз* підтвер* увійти потвърж* επαλήθευσ* επιβεβαίωσ* σύνδεσ*
`;

export const ACTS_ANYWHERE = `
  登录 登陆 验证 校验 身份 登入 驗證 認證 認証 確認 ログイン 인증 로그인 본인확인
  تأكيد تحقق التحقق تسجيل_الدخول تایید ورود تصدیق אימות כניסה सत्यापन लॉगिन যাচাই লগইন சரிபார் உள்நுழை ధృవీకరణ
  ยืนยัน เข้าสู่ระบบ ຢືນຢັນ հաստատ დადასტურ
`;

/** Look like the above, and speak of something else; tried first. */
export const STRUCK = `
  barcode* postcode* zipcode vscode unicode opcode bytecode keycode encode* decode* geocode* areacode promocode* vouchercode*
  rabattcode* gutscheincode* aktionscode* gutschein-code* rabatt-code* quellcode fehlercode* farbcode buchungscode qrcode*
  kortingscode* actiecode* streepjescode foutcode landcode rabattkod* kampanjkod* streckkod* felkod* landskod* rabatkode*
  kampagnekode* stregkode* fejlkode* rabattkode* strekkode* feilkode* landkode* alekoodi* alennuskoodi* viivakoodi*
  virhekoodi* sooduskood* vöötkood* veakood* vonalkód* kuponkód* hibakód* barkod* karekod* kodak кодекс кодекса промокод* промо-код*
  qr_code zip_code postal_code area_code country_code dial_code dialling_code dialing_code bar_code error_code error_codes
  dress_code sort_code swift_code ifsc_code tax_code source_code promo_code promo_codes promotion_code promotional_code
  discount_code discount_codes coupon_code voucher_code gift_code referral_code invite_code offer_code booking_code tracking_code
  product_code item_code branch_code code_of_conduct code_review code_promo code_postal code_barres código_postal código_promocional
  código_de_descuento código_de_barras cupom codice_sconto codice_fiscale codice_promozionale kod_rabatowy kod_pocztowy
  indirim_kodu promosyon_kodu posta_kodu slevový_kód kód_kupónu kode_promo kode_pos kode_diskon mã_giảm_giá mã_khuyến_mãi
  order_confirmation booking_confirmation payment_confirmation delivery_confirmation confirmation_number confirmation_no
  код_скидки
`;

export const STRUCK_ANYWHERE = `
  รหัสอ้างอิง รหัสไปรษณีย์ รหัสส่วนลด 二维码 条形码 优惠码 折扣码 邀请码 邮政编码 优惠券 クーポンコード バーコード QRコード プロモコード
  할인코드 쿠폰코드 우편번호 바코드 كود_الخصم رمز_الخصم كود_خصم کد_تخفیف کد_پستی کد_رهگیری קוד_קופון קוד_הנחה प्रोमो_कोड
`;
