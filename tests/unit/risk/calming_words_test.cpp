// What is meant to calm, an idiom, a time long ago, a film, a denial, eats no danger that stands beside it. Second readers wrote against the
// patterns; what they found is here in the sentences that were worst.
#include "tests/unit/risk/shipped.h"

using namespace tsunagi;
using tests::check_levels;

TEST_CASE("risk: an idiom, a time long ago, a denial or a film takes no danger away that is told beside it")
{
    check_levels({"先生死にたいです", "眠れなくて死にたいです", "仕事がつらくて死にたい", "凍死したい", "安楽死したいです", "自殺したいです", "暴力を受けています", "監視されています", "つきまとわれています",
                  "以前相談した者ですが死にたいです", "10年前に結婚した夫に殴られています", "夫に毎日叩かれています", "死にたいとしか思わない", "死にたい気持ちがおさまりません", "死にたいと誰にも言っていません", "自殺しない自信がない"},
                 2, 4);
    check_levels({"仕事片付けて死にます", "寒い海で死にます", "性的暴行を受けました", "テレビを見てたら首を絞められた", "ボーイフレンドに殴られました", "パーティに行ったらレイプされました", "以前住んでいた部屋で首を吊ります",
                  "殴られて今は動けない", "殴られて病院に行けませんでした", "顔は殴られていません。お腹だけです", "レイプされたの本当です", "子どもを残して死んでいいですか", "殺虫剤を飲みました",
                  "今日はもう終わりにします。また来世で", "娘が親に叩かれてます", "息子が先生に叩かれました", "あしたしぬ", "夫に首を切られた。家賃も払えない", "首を切られそうです"},
                 3, 4);
}

TEST_CASE("risk: nor does it in other languages")
{
    check_levels({"em đòi tự tử", "em nói tự tử mà ai cũng cười", "em không vui, ngồi một mình muốn chết", "chán đời muốn chết",
                  "từ lâu muốn chết", "I want to die for real though", "I want to die. Hard to say it",
                  "as crianças morrendo de fome e eu vou roubar", "我真的想死因为他"},
                 2, 4);
    check_levels({"bị chồng đánh rồi, em đang ở nhà bạn", "faço curso de corte e sofro violência doméstica", "儿子作业没写完,他就打孩子",
                  "potty training he hits my daughter with his fist", "택시 기사에게 강간을 당했어요",
                  "The photos show the scene after he strangled me", "我以前的男人昨天拿刀来找我"},
                 3, 4);
}

TEST_CASE("risk: words that share their letters with danger are none")
{
    check_levels({"問題意識がはっきりしない", "猫にストーカーされてます笑", "今日はもう失礼します。また来週お願いします",
                  "午後2時で大丈夫です。子どもも連れていきます", "子どももいきたがっています", "首を切られました。失業保険の手続きは？",
                  "工場の首を切られて無職です"},
                 0, 1);
    check_levels({"chị cứ từ từ ạ", "về nước trong hôm nay", "나가서 미술관에 들어갔어요", "शनिबार बाहिर घुम्न जाँदै छु", "em treo đồ ngoài lan can",
                  "ele põe o cinto nas crianças", "a máquina engoliu a moeda", "gusto ko patayin ang wifi", "남편이 칼국수 좋아해요",
                  "아빠 침대 옆에 칼슘제", "chồng đạp xe đưa con đi học"},
                 0, 1);
}
