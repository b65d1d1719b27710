"""Words for kinds of things that stand inside names: University, River, Press. A small table of our own.

Such a word is translated where the name round it is copied or spelt by sound, so it decides where a
mention ends. Names themselves are not here; a full dictionary can be handed in.
"""

from __future__ import annotations

from knowcoderx.parallel.dictionary import Dictionary

__all__ = ["CLASS_WORDS", "GLOSSARY"]

_ROWS = """
academy 学院|agency 局 机构 社|airlines 航空|airport 机场|airways 航空|army 军|association 协会|band 乐队|bank 银行
basketball 篮球|battle 战役 之战|bay 湾|beach 海滩|bible 圣经|board 委员会|book 书|books 图书 出版社|bookshop 书店
bridge 大桥 桥|business 商业|canal 运河|cape 角|castle 城堡|cathedral 大教堂|center 中心|central 中央 中心
centre 中心|championship 锦标赛|championships 锦标赛|china 中国|church 教堂|city 市 城|club 俱乐部|coast 海岸
college 学院|commission 委员会|committee 委员会|company 公司|conference 会议 大会|congress 国会 大会
corporation 公司|council 理事会 委员会 议会|county 县 郡|court 法院|cup 杯|day 日 节|democratic 民主
department 部 系|desert 沙漠|dynasty 王朝 朝|east 东|eastern 东部 东方 东|economic 经济|education 教育|electric 电气
electronics 电子|embassy 大使馆|empire 帝国|energy 能源|european 欧洲|exhibition 展览|expo 博览会|festival 节
film 电影|final 决赛|finals 决赛|foods 食品|football 足球|forest 森林|foundation 基金会|freight 货运|fund 基金
gallery 美术馆|games 运动会 游戏|garden 花园|general 总|grand 大|group 集团|gulf 湾|hall 堂 厅|harbour 港湾 港
health 卫生 健康|high 高等|hill 山|history 历史|hospital 医院|hotel 酒店|house 院|industries 工业
institute 研究所 学院|insurance 保险|international 国际|island 岛|islands 群岛|king 国王|kingdom 王国
laboratories 实验室|laboratory 实验室|lake 湖|league 联赛 联盟|library 图书馆|marathon 马拉松|market 市场|media 传媒
medical 医学|memorial 纪念|ministry 部|modern 现代|motors 汽车|mount 山|mountain 山|mountains 山脉|museum 博物馆
music 音乐|national 国家 国立|nations 国家|natural 自然|new 新|news 新闻|normal 师范|north 北|northern 北部 北方 北
ocean 洋|office 办公室|olympic 奥林匹克 奥运|open 公开赛|opera 歌剧|orchestra 乐团|organization 组织|pacific 太平洋
palace 宫|park 公园|parliament 议会|party 党|peninsula 半岛|people 人民|pharma 制药|pharmaceuticals 制药|police 警察
port 港|power 电力|prefecture 县|press 出版社|prize 奖|province 省|railway 铁路|red 红|region 地区|republic 共和国
research 研究|restaurant 餐厅|river 河 江|robotics 机器人|royal 皇家|saint 圣|san 圣|school 学校 学院|science 科学
sea 海|society 学会 协会|software 软件|south 南|southern 南部 南方 南|space 航天|square 广场|stadium 体育场
state 州 国家|station 站|steel 钢铁|storm 风暴|strait 海峡|street 街|studio 工作室|summit 峰会|supreme 最高
tea 茶业 茶|team 队|technology 科技 技术|telecom 电信|television 电视|temple 寺 庙|theatre 剧院|tower 塔|trade 贸易
treaty 条约|tribunal 法庭|tunnel 隧道|typhoon 台风|union 联盟|united 联合|university 大学|valley 谷|village 村
war 战争|west 西|western 西部 西方 西|world 世界|zoo 动物园
"""
CLASS_WORDS = ("公司", "集团", "组织", "河", "湖", "号", "队", "省")
"""Words that Chinese adds to a name where other languages have the name alone: Danube, 多瑙河."""


def _pairs() -> list[tuple[str, str, float]]:
    entries = (entry.split() for row in _ROWS.split("\n") for entry in row.split("|") if entry)
    return [(words[0], word, 1.0) for words in entries for word in words[1:]]


GLOSSARY = Dictionary.of([*_pairs(), *((there, here, s) for here, there, s in _pairs())])
"""Both directions in one: English words and Chinese words do not collide."""
