import { foldWords, normaliseCodeText } from './code-text.ts';

// Words of many languages that say that the number beside them is no code: alternatives for patterns over folded text.
// `_` is a blank or a hyphen. `…_ANYWHERE` are of scripts in which words are not set apart.

const anyOf = (list: string): string =>
  list
    .trim()
    .split(/\s+/)
    .map((word) => foldWords(normaliseCodeText(word)).replaceAll('_', '[ -]?'))
    .join('|');

/** What a number counts. */
export const UNITS = anyOf(`
  min mins minute minutes minuto minutos minuti minuta minuty minut minuten minuut minuter minutter minuttia minuta
  minutu minute sec secs second seconds seconde secondes segundo segundos secondi sekunde sekunden sekunder seconden
  sekund sekundy s h hr hrs hour hours heure heures hora horas ora ore stunde stunden uur uren timmar timer godzin
  hodin uhr day days jour jours dia dias giorni tage tagen dagen dagar dage dnia dni dias saniye dakika dk sn saat gun
  phut giay gio menit detik jam hari perc masodperc nap мин минут минуты минуту минута секунд секунды сек час часа часов
  дней хвилин хвилини годин λεπτα δευτερολεπτα ωρες pts points puntos punkte gb mb kb kwh kw km kg mg ml mm cm items
  percent %`);
export const UNITS_ANYWHERE = anyOf(`
  分 秒 小时 小時 時 天 日 月 号 분 초 시간 일 월 นาที วินาที ชั่วโมง วัน
  دقيقة دقائق دقايق ثانية ثوان ساعة ساعات ساعت דקות שניות שעות मिनट मिनटों सेकंड घंटे মিনিট সেকেন্ড
  நிமிட வினாடி నిమిష મિનિટ րոպե წუთ`);

export const CURRENCY = anyOf(`
  usd eur gbp inr cny rmb jpy chf sek nok dkk pln zl czk kc huf ft ron lei bgn лв лева rub руб рублей рубля рубль р
  uah грн гривень tl ils nis aed sar egp irr krw thb baht vnd dong idr rp rupiah myr rm ringgit php sgd hkd twd cad aud
  nzd mxn brl reais ars clp cop pen kzt тг тенге kes ksh ngn zar pkr bdt tk lkr npr qar kwd rs kr kronor kroner euro
  euros dollar dollars pound pounds pesos soles rupees yuan yen dirhams riyals cents zlotych zloty forint`);
export const CURRENCY_ANYWHERE = anyOf(`
  [$€£¥₹₽₺₩₫฿₴₦₱₪₸₾₼৳¢] 元 块 圆 円 원 บาท ريال تومان درهم جنيه دينار ر\\.س שח रुपये रुपए টাকা ரூபாய்`);

/** What an id is called, when the id follows. */
export const ID_NAMES = anyOf(`
  transaction transactions txn trx trans order orders invoice ticket case booking reservation parcel shipment tracking
  policy customer_id customer_number account_number account_no acct_no a/c_no card_number ref reference refno ref_code
  reference_code utr rrn pnr flight consignment complaint application claim merchant terminal
  bestellung bestellnummer auftrag auftragsnummer rechnung rechnungsnummer vorgang vorgangsnummer kundennummer referenz
  transaktion sendung sendungsnummer kontonummer buchung commande facture dossier reference colis pedido factura
  referencia transaccion operacion reserva encomenda fatura transacao ordine fattura pratica spedizione riferimento
  transazione bestelling factuurnummer bestelnummer klantnummer ordernummer faktura ordrenummer ordre tilaus
  zamowienie zamowienia faktury transakcji objednavka objednavky rendeles comanda siparis islem no_referensi pesanan don_hang
  gd ma_giao_dich ma_don ma_tham_chieu заказ заказа заявка заявки договор договора номер_заказа операция операции счет счета
  квитанция замовлення поръчка παραγγελια id`);
export const ID_NAMES_ANYWHERE = anyOf(`
  订单号 订单 流水号 交易号 交易流水 单号 运单号 订单编号 訂單 訂單編號 交易序號 注文番号 受付番号 お客様番号 お問い合わせ番号 伝票番号 予約番号
  주문번호 송장번호 접수번호 예약번호 رقم_الطلب رقم_المرجع رقم_العملية رقم_المعاملة شماره_پیگیری کد_رهگیری הזמנה
  ऑर्डर लेनदेन অর্ডার รหัสอ้างอิง เลขที่ หมายเลขอ้างอิง อ้างอิง`);

/** Told of by its last digits. */
export const TAIL = anyOf(`
  ending_in ending_with ending ends_in ends_with finishing_in last_4_digits last_four_digits last_4 finissant_par
  se_terminant_par terminada_en terminado_en terminada_em terminado_em termina_en termina_em final finale che_termina_con
  terminante_con endet_auf endend_auf mit_der_endung endung eindigend_op eindigt_op slutar_pa slutter_pa konczacy_sie_na
  konczaca_sie_na konczacym_sie_na koncici_na vegzodo заканчивается_на заканчивающийся_на оканчивается_на последние_цифры
  ile_biten so_cuoi duoi_so berakhiran akhiran`);
export const TAIL_ANYWHERE = anyOf(
  `尾号 尾號 末尾 下4桁 末四位 后四位 끝자리 뒷자리 المنتهية_ب المنتهي_ب منتهية_ب ينتهي_ب تنتهي_ب`,
);
/** Told of by four digits, or by a long number. */
export const CARD = anyOf(`
  card a/c acct account ac karte konto carte compte tarjeta cuenta cartao conta carta conto kaart rekening kort karta konta
  kartu карта карты карте карту счет rek tai_khoan tk kart hesap mobile phone room gate flat suite platform seat bus extension ext`);

/** What one does with a phone number. */
export const CALL = anyOf(`
  call tel telephone dial hotline helpline appelez appeler llame llama llamar ligue chiama rufen ruf bel ring
  soitto zadzwon volejte hivja apeleaza звоните позвоните телефон телефону тел дзвоніть καλεστε ara arayin arayiniz
  hubungi goi whatsapp fax customer_care stop_to help_to`);
export const CALL_ANYWHERE = anyOf(
  `致电 拨打 客服电话 客服 电话 热线 請撥 致電 電話 お電話 고객센터 전화 문의 اتصل_على اتصل تماس_با تماس התקשרו โทร कॉल`,
);
