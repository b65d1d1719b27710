"""Sounds of the Chinese characters that write names: people, places, and foreign names by sound.

A small table of our own, simplified and traditional forms side by side, without tones. Characters
that mostly do grammar are left out on purpose: a name written by sound then ends where they begin.
"""

from __future__ import annotations

__all__ = ["PINYIN"]

_BY_SOUND = """
a 阿 ai 艾爱埃愛 an 安 ang 昂 ao 奥澳敖奧 ba 巴芭 bai 百白拜柏 ban 班 bang 邦 bao 宝鲍保包寶鮑 bei 贝北蓓貝 ben 本
bi 比毕碧彼畢 bian 边卞 bin 宾彬賓 bing 冰兵 bo 波博伯播勃 bu 布卜 cai 蔡彩才 cang 沧 cao 曹 ce 策 cha 查察 chai 柴
chang 昌长常長 chao 超潮朝 che 车彻 chen 陈晨辰陳 cheng 成程城 chi 池 chong 崇 chu 楚褚 chuan 川 chun 春 ci 茨慈
cong 聪 cui 崔翠 da 达大達 dai 戴代黛 dan 丹 dang 当 dao 岛道島 de 德 deng 登邓鄧 di 迪蒂帝狄底第 dian 滇 ding 丁
dong 东董冬東 dou 窦 du 杜都度 dun 敦顿頓 duo 多朵 e 厄俄鄂额 en 恩 er 尔爾儿 fa 法 fan 凡范樊 fang 方芳
fei 费菲飞非費飛 fen 芬 feng 冯丰峰凤鳳馮 fo 佛 fu 夫弗福富复傅芙 gai 盖蓋 gan 甘干 gang 冈港岡 gao 高 ge 格戈葛各
gen 根 geng 耿 gong 贡公龚宫貢 gou 沟 gu 古谷顾顧 gua 瓜 guan 关 guang 广光廣 gui 桂圭贵 guo 国郭果國 ha 哈 hai 海
han 汉韩涵漢韓 hang 杭航 hao 浩豪 he 赫何贺河荷 hei 黑 heng 亨恒衡 hong 洪红宏鸿紅 hou 侯 hu 胡湖虎 hua 华花華
huai 怀 huan 欢环 huang 黄皇黃 hui 惠辉慧 huo 霍 ji 吉基季济纪记几濟紀 jia 加佳嘉贾家賈 jian 建剑简 jiang 江姜蒋蔣
jiao 焦 jie 杰洁捷傑 jin 金锦津今晋 jing 京静晶靜 jiu 九 ju 居 juan 娟 jun 君军俊軍 ka 卡喀 kai 凯开凱開 kan 坎
kang 康 kao 考 ke 克科柯可 ken 肯 kong 孔空 kou 寇 ku 库庫 kua 夸 kui 奎 kun 昆坤 kuo 阔 la 拉腊喇臘 lai 莱赖萊賴
lan 兰岚蓝蘭 lang 朗郎 lao 老劳 le 勒乐 lei 雷蕾累 leng 冷 li 利里李丽黎力理莉立历麗 lian 莲连廉 liang 梁良亮
liao 廖 lie 列烈 lin 林琳 ling 玲凌灵 liu 刘柳流劉 long 龙隆龍 lou 娄 lu 鲁卢路陆露禄魯盧陸 luan 栾 lun 伦倫
luo 罗洛萝羅 lv 吕律旅呂 ma 马玛麻馬瑪 mai 迈麦邁麥 man 曼满滿 mang 芒 mao 毛茂 mei 梅美玫 men 门門 meng 蒙孟梦夢
mi 米密 mian 缅 miao 苗 min 敏闽 ming 明鸣鳴 mo 莫默摩墨 mou 牟 mu 穆姆木慕 na 纳娜納 nai 奈乃 nan 南楠 nao 瑙
nei 内內 neng 能 ni 尼妮 nie 聂聶 ning 宁寧 niu 纽牛紐 nong 农 nu 努怒 nuo 诺諾 nv 女 ou 欧歐 pa 帕 pai 派 pan 潘
pang 庞龐 pei 佩裴 peng 彭鹏 pi 皮匹 pian 片 ping 平萍 po 坡颇 pu 普浦蒲 qi 奇齐琪其契七齊 qia 恰 qian 钱千前錢
qiang 强 qiao 乔喬 qie 切 qin 秦琴勤 qing 清青庆晴慶 qiong 琼瓊 qiu 丘秋邱 qu 曲屈 quan 泉全 ran 然冉 rao 饶 re 热
ren 任仁 rong 荣容榮 rou 柔 ru 如茹汝 rui 瑞锐睿 ruo 若 sa 萨薩 sai 塞赛賽 san 三散 sang 桑 se 瑟色 sen 森 sha 沙莎
shan 山珊善 shang 尚上 shao 邵少 she 舍 shen 沈深申神 sheng 圣胜盛聖勝 shi 什石史施诗世士師 shou 寿 shu 舒书蜀
shua 刷 shuai 帅 shuang 双 shui 水 shun 顺舜 shuo 朔 si 斯思司丝四絲 song 宋松 su 苏素蘇 sun 孙孫 suo 索所 ta 塔
tai 泰台太臺 tan 坦谭譚 tang 唐汤湯 tao 陶涛 te 特 teng 腾滕 ti 提 tian 天田 tie 铁 ting 廷婷 tong 通同桐童 tou 投
tu 图土突圖 tuo 托脱 wa 瓦娃 wai 外 wan 万婉萬 wang 王汪旺望 wei 威维魏韦伟卫薇維韋偉衛 wen 文温雯溫 weng 翁 wo 沃
wu 乌武吴伍吾烏吳 xi 西希锡熙溪席习習 xia 夏霞厦 xian 县先贤献仙賢 xiang 香湘向祥翔 xiao 小晓肖萧曉蕭 xie 谢謝
xin 辛新欣信心 xing 星兴幸興 xiong 雄熊 xiu 休秀修 xu 许徐旭須許 xuan 宣轩玄 xue 雪薛学 xun 逊勋遜勳 ya 亚雅娅亞婭
yan 严彦燕颜延彥 yang 杨阳洋扬楊陽 yao 姚瑶耀瑤 ye 耶叶野葉 yi 伊义易怡一依艺義 yin 因殷 ying 英颖 yong 永勇
you 尤优友優 yu 余宇雨玉渔虞 yuan 元袁源远遠 yue 约岳月越約 yun 云韵雲 za 扎 zai 仔宰 zan 赞贊 zang 藏 zao 藻
ze 泽澤 zeng 曾 zhai 翟 zhan 詹湛 zhang 张章張 zhao 赵昭趙 zhe 哲浙 zhen 珍真振镇 zheng 郑正征鄭 zhi 志芝智致
zhong 中钟忠仲鐘 zhou 周州舟 zhu 朱珠竹祝 zhuang 庄莊 zhuo 卓 zi 兹子茲 zong 宗 zou 邹鄒 zu 祖 zuo 佐左座
"""


def _table(rows: str) -> dict[str, str]:
    sounds: dict[str, str] = {}
    now = ""
    for word in rows.split():
        if word.isascii():
            now = word
        else:
            for character in word:
                sounds.setdefault(character, now)
    return sounds


PINYIN = _table(_BY_SOUND)
