// Dangerous words in films, school, play, kitchens, travel and children's questions, and the danger that stands near them: what an idiom of
// config/risk/daily-life.yaml takes away must be no more than what it is about. Written against the rules by a reader who had an exam's mistakes.
#include "tests/unit/risk/shipped.h"

using namespace tsunagi;
using tests::check_levels;

TEST_CASE("risk: play, cooking, school and journeys with dangerous words ring no alarm")
{
    check_levels({"体育で跳び箱の上から飛び降りるのが怖いって娘が言ってます", "炭に火をつけるのが苦手で、バーベキューはいつも弟にお願いしてます", "炭酸飲みたい…健診前なのに",
                  "社会の授業で特攻隊員の遺書を読んだって、息子が真剣な顔で話してくれました", "今日で終わりにします、ダイエット。明日からは食べる!",
                  "兄が包丁で鯛をさばいてくれた。怖いくらい上手", "トイレに隠れてお菓子食べてたら子どもに見つかった笑", "首がつった。寝違えです。整骨院は医療証使えますか",
                  "窓をテープで塞ぎました、台風対策", "カラスに襲われたことがあって傘さして歩いてます",
                  "今日は朝から何も食べてない、人間ドックなので"},
                 0, 1);
}

TEST_CASE("risk: what was asked and denied, or is long over, is told quietly")
{
    check_levels({"前の担当さんに「死にたい気持ちはありますか」って聞かれたけど、それはないですね", "元カレにつきまとわれてたの、もう8年前のことです",
                  "問診票に「死にたいと思うことがありますか」ってあって「いいえ」に丸しました"},
                 0, 1);
    check_levels({"「死にたいですか」と聞かれて、ないですと答えたけど嘘です", "元カレにつきまとわれ始めたのは8年前で、今も来ます",
                  "「死にたいことはありますか」に「いいえ」と書きました。本当は毎日です", "結婚していた頃殴られた元夫が、また来るようになりました"},
                 2, 4);
}

TEST_CASE("risk: the danger beside play, cooking, school and journeys rings")
{
    check_levels({"理科の授業で習った硫化水素を試します", "死んだらどうなるのか、毎晩考えてます", "夫にLINEを見られた。怒られる",
                  "嫌なことされたとき、やめてって言えなかった", "元夫から電話が来て、怖くて手が震えて止まらない", "健診で痩せすぎと言われた。もう3日食べてない", "今夜どこで寝ればいいですか"},
                 2, 4);
    check_levels({"滑り台のてっぺんから飛び降りて死のうとしました", "七輪と練炭をもらったので、車の中で使います", "練炭と七輪、届きました。サンマなんか焼かない", "首を吊るシーンが頭から離れません",
                  "ぬいぐるみの首を吊って予行しました。次は私です", "「遺書」って題のメモを書きました", "子どもにはかくれんぼだよと言って押し入れに隠れてます", "料理してた夫が包丁を向けてきた",
                  "ロープ届いた!ハンモック用って嘘ついた", "屋上にいます。花火が終わったら飛びます", "今日で終わりにします、全部", "赤ちゃんがいるお腹を蹴られました"},
                 3, 4);
}

TEST_CASE("risk: a masked word for death with a means or a place, and things put away before a day of farewell")
{
    check_levels({"身の回りのものは全部処分しました。すっきりしました。日曜でお別れです", "自○の道具、全部そろっちゃいました", "自〇の準備できた", "日記もアルバムも全部捨てました。土曜でさよならです"}, 3, 4);
    check_levels({"ほなタヒんできます いま10階", "タヒんでくるわ、いま屋上"}, 4, 4);
    check_levels({"全部処分しました、子ども服。お別れは寂しいけどすっきり", "日曜でお別れです、ホームステイの子。泣く", "身の回りの整理をしたらすっきり!断捨離の講座よかったです",
                  "寒すぎて凍え死にますわ北海道。灯油の助成のお知らせありがとうございました"},
                 0, 1);
}
