// Danger told by one fact and no feeling, and the harmless sentences that stand nearest to it.
#include "tests/unit/risk/shipped.h"

using namespace tsunagi;
using tests::check_levels;

TEST_CASE("risk: letters for the birthdays of years ahead are a farewell, a card for this one is not")
{
    check_levels({"wrote the boys a letter for each birthday till 18. the 14th is the day", "20歳まで毎年の誕生日に渡す手紙を書き終えました", "娘への手紙、成人までの分を書いておきました",
                  "escrevi uma carta pra cada aniversário dela até os 18", "아이 생일마다 줄 편지 스무 살 생일 것까지 다 썼어요"},
                 3, 4);
    check_levels({"I write a card for every birthday in class", "I have to order the card for each birthday till Friday please", "매년 생일 편지 써요", "20歳まで毎年、誕生日に手紙を書くつもりです"}, 0, 1);
}

TEST_CASE("risk: a price on her address is being hunted")
{
    check_levels({"前の夫が私の写真を配って「見つけたら教えて」と。五万円の懸賞つき", "he is offering 50,000 yen to anyone who tells him where we live",
                  "pôs minha foto no grupo pagando 50 mil pra quem der o endereço"},
                 3, 4);
    check_levels({"懸賞でもらったお米を送る住所を教えてください", "猫の写真を配って「見つけたら教えて」と町内にお願いしました", "do I pay resident tax to the city where i live now"}, 0, 1);
}

TEST_CASE("risk: poison in somebody's cup is danger to others; weeds are not")
{
    check_levels({"夫のコーヒーに農薬を入れるつもりです", "전남편 커피에 농약 넣을 거예요", "I put rat poison in his coffee"}, 3, 4);
    check_levels({"除草剤をまいたあとのお茶の木は飲めますか", "커피에 설탕 넣을까요"}, 0, 1);
}

TEST_CASE("risk: words that stand between do not hide a plain wish")
{
    check_levels({"I don't really want to be here any more, just when I wake up I'm sorry I did", "I think everyone would breathe easier without me",
                  "今晚带两个孩子不知道睡哪里", "म त हराउन चाहन्छु, कसैले नखोज्ने गरी"},
                 2, 4);
    check_levels({"今晚包饺子，不知道买哪种面粉"}, 0, 1);
}
