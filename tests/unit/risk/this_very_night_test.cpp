// What is of this very night: nowhere to sleep, nothing eaten for days, and two short sentences at the edge (crisis-language.md 3.1, 3.8, 3.9).
#include "tests/unit/risk/shipped.h"

using namespace tsunagi::tests;

TEST_CASE("risk: nowhere to sleep this night is as pressing in every language")
{
    check_levels({"今夜、子どもと寝るところがありません", "We have nowhere to sleep tonight, me and the baby", "Nós duas não temos onde passar a noite hoje",
                  "Đêm nay mẹ con em không còn chỗ nào để ngủ", "Wala po kaming matutuluyan ngayong gabi", "今晚我和女儿没有地方住",
                  "오늘 밤 아이랑 갈 데가 없어요", "आज राति हामी सुत्ने ठाउँ छैन"},
                 3, 4);
    check_levels({"오늘 밤에 아이랑 영화 봐요", "Where should we stay tonight, in Osaka or in Kobe?", "今晚的酒店还没订，你们有推荐吗",
                  "Tối nay em nấu cháo cho con"},
                 0, 1);
}

TEST_CASE("risk: nothing eaten for days is as pressing in every language; a diet is not")
{
    check_levels({"I haven't eaten in three days so that they can", "Faz quatro dias que não como direito, só água", "Ba ngày nay em chưa ăn gì",
                  "Dalawang araw na po kaming hindi kumakain", "我三天没吃东西了", "사흘째 아무것도 못 먹었어요", "तीन दिनदेखि केही खाएको छैन"},
                 3, 4);
    check_levels({"다이어트 3일째인데 떡볶이 먹고 싶어요", "Faz três dias que não como doce, orgulho de mim", "已经三天没吃药了，感冒好了"}, 0, 1);
}

TEST_CASE("risk: where she stands, and then the one word")
{
    check_levels({"ホームに着いた。飛びこむ", "屋上にいます。とびおります", "もう踏切に来た、飛び込みます"}, 4, 4);
    check_levels({"飛びこむ", "もう飛び降ります"}, 3, 4);
    check_levels({"駅に着きました。窓口は何番ですか", "プールで飛びこみたいと息子が言っています"}, 0, 1);
}

TEST_CASE("risk: a rope that hangs, unless it is for the washing")
{
    check_levels({"梁にロープをかけ終わりました", "ひもを吊るし終えた。これで楽になれる"}, 4, 4);
    check_levels({"洗濯ひもをかけ終わりました"}, 0, 1);
}
